/** @file Reads a request body as JSON, refusing first what would cost more to read than it can be worth. */

import { MoatError } from '../engine/errors.ts';

/** A picture in a tensor in a list of inputs nests nine deep; no request needs more than this. */
const DEEPEST = 32;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The value of a JSON body. `__proto__` is a key like any other: nothing that handles the value copies keys by assignment.
 * Errors: `HTTP_BODY_NOT_JSON`, `HTTP_BODY_TOO_DEEP`. Neither quotes the body, which may hold personal data.
 */
export function parseBody(body: Buffer): unknown {
  requireShallow(body);
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw notJsonError('it is not UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw notJsonError('it does not parse');
  }
}

/** The parser takes some fifty bytes of memory for each level, so that a body of nothing but brackets would take hundreds of megabytes. */
function requireShallow(body: Buffer): void {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (isInString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) isInString = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > DEEPEST) throw tooDeepError();
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}');

function notJsonError(why: string): MoatError {
  return new MoatError('the request body is not JSON', {
    code: 'HTTP_BODY_NOT_JSON',
    why,
    fix: 'check the quotes and commas; NaN and Infinity are not JSON, write null for a missing number',
  });
}

function tooDeepError(): MoatError {
  return new MoatError('the request body nests too deep', {
    code: 'HTTP_BODY_TOO_DEEP',
    why: `lists and objects may stand in each other ${DEEPEST} deep`,
    fix: 'send what the description of the route says: see /openapi.json',
  });
}
