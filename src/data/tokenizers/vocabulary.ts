/** @file The vocabulary of a model: tokens to numbers as `tokenizer.json` keeps it, and back. */

import { MoatError } from '../../engine/errors.ts';

/** Numbers of tokens in their order. Built as entries, because a token may be called `__proto__`. */
export function vocabularyJson(tokens: readonly string[]): { readonly [token: string]: number } {
  return Object.fromEntries(tokens.map((token, number) => [token, number]));
}

/** The tokens of a stored vocabulary by number. @throws MoatError `TOKENIZER_INVALID` when numbers are missing or used twice */
export function tokensOf(vocabulary: unknown): string[] {
  const entries = Object.entries((vocabulary ?? {}) as Readonly<Record<string, unknown>>);
  const tokens = new Array<string>(entries.length);
  for (const [token, number] of entries) if (isIndex(number, entries.length)) tokens[number] = token;
  // every number from 0 up is taken, and so none twice
  const isWhole = entries.length > 0 && entries.every((_, number) => tokens[number] !== undefined);
  if (isWhole) return tokens;
  throw invalidTokenizer('its vocabulary does not number its tokens 0, 1, 2, …');
}

function isIndex(number: unknown, count: number): number is number {
  return Number.isInteger(number) && (number as number) >= 0 && (number as number) < count;
}

export function invalidTokenizer(why: string): MoatError {
  return new MoatError('this is no tokenizer that can be opened', {
    code: 'TOKENIZER_INVALID',
    why,
    fix: 'use a tokenizer.json as `trainTokenizer` wrote it',
  });
}
