/** @file Chooses names by pattern: `*` stands for any text, `!` takes out again; a regular expression for what that cannot say. */

import { MoatError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';

/** `'encoder.*'`, `/bias$/`, or several in order: `['*', '!head.*']` is everything but the head. */
export type NamePattern = string | RegExp | readonly (string | RegExp)[];

/**
 * Those of `names` that the pattern chooses. `role` is for the error.
 * @throws MoatError `TUNE_PATTERN` for a pattern that chooses nothing: a mistyped one would go unnoticed
 */
export function chosen(pattern: NamePattern, names: readonly string[], role: string): Set<string> {
  const found = new Set<string>();
  for (const part of typeof pattern === 'string' || pattern instanceof RegExp ? [pattern] : pattern) {
    const isOut = typeof part === 'string' && part.startsWith('!');
    const test = testOf(isOut ? part.slice(1) : part);
    const hits = names.filter(test);
    if (hits.length === 0) throw nothing(role, part, names);
    for (const name of hits) isOut ? found.delete(name) : found.add(name);
  }
  return found;
}

function testOf(part: string | RegExp): (name: string) => boolean {
  // A copy without the flags that remember where the last match ended.
  const source = typeof part === 'string' ? `^${part.split('*').map(escaped).join('.*')}$` : part.source;
  const expression = new RegExp(source, typeof part === 'string' ? 's' : part.flags.replace(/[gy]/g, ''));
  return (name) => expression.test(name);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function nothing(role: string, part: string | RegExp, names: readonly string[]): MoatError {
  return new MoatError(`${role}: no weight is called ${part instanceof RegExp ? part : `"${part}"`}`, {
    code: 'TUNE_PATTERN',
    why: 'every pattern must choose something, so that a mistyped one does not go unnoticed',
    fix: typeof part === 'string' ? didYouMean(part.replace(/^!/, ''), names) : didYouMean('', names),
  });
}
