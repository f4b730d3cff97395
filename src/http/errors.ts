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

/** What a client may read of an error: never a stack, never a cause. */
export function fieldsOf({ code, message, why, fix }: MoatError): ErrorFields {
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
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new MoatError('the request cannot be read', {
        code: 'HTTP_MALFORMED',
        why: 'its path, or the length that it declares, is malformed',
        fix: 'check how the client builds the request',
      });
    default:
      return toMoatError(error);
  }
}

/** For a body that is not JSON at all. */
export function notJsonError(why: string): MoatError {
  return new MoatError('the request body is not JSON', {
    code: 'HTTP_BODY_NOT_JSON',
    why,
    fix: 'check the quotes and commas; NaN and Infinity are not JSON, write null for a missing number',
  });
}
