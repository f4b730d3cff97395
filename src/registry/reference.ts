/** @file How a model version is named: `reviews` (its champion), `reviews@challenger`, `reviews@3`. */

import { MoatError } from '../engine/errors.ts';

export interface Reference {
  readonly model: string;
  readonly target: { readonly alias: string } | { readonly version: number };
}

export const CHAMPION = 'champion';
export const CHALLENGER = 'challenger';

/** Letters of any script, so that a model may be named in Chinese; none of the signs that a path, a URL or a reference uses. */
const MODEL_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,99}$/u;
const ALIAS_NAME = /^[a-z][a-z0-9_-]{0,59}$/;

/** Errors: `MODEL_REFERENCE`. */
export function parseReference(text: string): Reference {
  const [model = '', target, ...more] = text.split('@');
  if (MODEL_NAME.test(model) && more.length === 0) {
    if (target === undefined) return { model, target: { alias: CHAMPION } };
    if (/^[1-9]\d{0,8}$/.test(target)) return { model, target: { version: Number(target) } };
    if (ALIAS_NAME.test(target)) return { model, target: { alias: target } };
  }
  throw new MoatError('this does not name a model version', {
    code: 'MODEL_REFERENCE',
    why: 'a version is named by its model, with an alias or a number after "@" where it is not the champion',
    fix: 'write it as in reviews, reviews@challenger or reviews@3',
  });
}

/** Errors: `MODEL_NAME`. */
export function requireModelName(name: string): void {
  if (MODEL_NAME.test(name)) return;
  throw new MoatError('this cannot be the name of a model', {
    code: 'MODEL_NAME',
    why: 'a name begins with a letter or a digit, and goes on with letters, digits, ".", "_" and "-", 100 at most',
    fix: 'name it as in ticket-triage',
  });
}

/** Errors: `ALIAS_NAME`. */
export function requireAliasName(name: string): void {
  if (ALIAS_NAME.test(name)) return;
  throw new MoatError('this cannot be an alias', {
    code: 'ALIAS_NAME',
    why: 'an alias begins with a small letter, and goes on with small letters, digits, "_" and "-", 60 at most; a number would read as a version',
    fix: `use ${CHAMPION} or ${CHALLENGER}`,
  });
}
