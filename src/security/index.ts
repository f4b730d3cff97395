/** @file Who may do what: the token of a home folder, and which requests are answered at all. */

export { type FetchRules, fetchGuarded, type Network } from './guarded-fetch.ts';
export { isPublicAddress } from './public-address.ts';
export {
  authorities,
  checkFetchSite,
  checkHost,
  checkOrigin,
  checkRequest,
  type GuardedRequest,
  type ListenAddress,
} from './request-guards.ts';
export { type EnsuredToken, ensureToken, tokenPath, verifyToken } from './token.ts';
