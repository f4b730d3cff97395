/** @file From an error to an HTTP answer: the status of each kind, and what the HTTP layer itself refuses. */

import { type ErrorKind, MoatError, toMoatError } from '../engine/errors.ts';
import type { ErrorFields } from './route.ts';

const STATUS: Readonly<Record<ErrorKind, number>> = {
  usage: 400,
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_media: 415,
  internal: 500,
  cancelled: 503,
  unavailable: 503,
  storage_full: 507,
};

export function statusOf(error: MoatError): number {
  return error.code === 'HTTP_METHOD_UNKNOWN' ? 405 : STATUS[error.kind];
}

/** What a client may read of an error: never a stack, never a cause, and of a fault of ours not even the message, which a library wrote. */
export function fieldsOf({ kind, code, message, why, fix }: MoatError): ErrorFields {
  if (kind === 'internal')
    return { code, message: 'internal: the request failed', why, fix: 'run the server with MOAT_DEBUG=1 to see where, and report it' };
  return { code, message, why, fix };
}

/** Headers that go with the error. */
export function headersOf(error: MoatError): Record<string, string> {
  if (error.kind === 'unavailable') return { 'retry-after': error.code === 'SERVE_MODEL_UNAVAILABLE' ? '60' : '1' };
  if (error.kind === 'unauthorized') return { 'www-authenticate': 'Bearer' };
  return {};
}

/** Gives what the framework refused our shape; what a handler threw is wrapped as every stage does. */
export function fromHttp(error: unknown, bodyLimit: number): MoatError {
  const code = (error as { code?: unknown } | null)?.code;
  if (error instanceof MoatError || typeof code !== 'string') return toMoatError(error);
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new MoatError('the request body is too large', {
        code: 'HTTP_BODY_TOO_LARGE',
        kind: 'too_large',
        why: `a body holds at most ${bodyLimit} bytes`,
        fix: 'send the rows in several requests',
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new MoatError('the content type is not accepted', {
        code: 'HTTP_NOT_JSON_TYPE',
        kind: 'unsupported_media',
        why: 'a request body is JSON, in UTF-8',
        fix: 'send the header "content-type: application/json"',
      });
    default:
      return isClientFault(error) ? malformedError() : toMoatError(error);
  }
}

/** What else the framework refuses before a handler sees it: a malformed path, a content length that is not that of the body. */
function isClientFault(error: unknown): boolean {
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
}

/** For a request that is not whole or not well-formed. */
export function malformedError(): MoatError {
  return new MoatError('the request cannot be read', {
    code: 'HTTP_MALFORMED',
    why: 'its path, its headers or its length are malformed, or it was sent too slowly',
    fix: 'check how the client builds the request',
  });
}
