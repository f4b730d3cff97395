/**
 * @file The pieces that a unigram model begins with: every character, and the substrings that stand most often, weighed by their length.
 *
 * A piece does not mix scripts, nor letters with digits or marks, and ▁ stands only at its head, as in SentencePiece. Substrings are
 * counted length by length: one can only be frequent when what it is without its last character is.
 */

import { SPACE } from './metaspace.ts';
import type { Corpus } from './unigram-pieces.ts';

export interface Seed {
  readonly text: string;
  /** In characters. */
  readonly length: number;
  readonly score: number;
}

const LONGEST_PIECE = 16;

/** At most `characters` single characters, and of longer substrings the best, `limit` in all. */
export function seedPieces(
  { words, counts }: Corpus,
  { limit, characters, minCount }: { readonly limit: number; readonly characters: number; readonly minCount: number },
): Seed[] {
  const runs = words.flatMap((word, index) => runsOf(word).map((run) => ({ run, count: counts[index] as number })));
  const singles = new Map<number, number>();
  for (const [index, word] of words.entries()) {
    for (const character of word) singles.set(character, (singles.get(character) ?? 0) + (counts[index] as number));
  }
  const seeds = [...singles]
    .sort(([a, countA], [b, countB]) => countB - countA || a - b)
    .slice(0, Math.max(0, characters))
    .map(([character, count]): Seed => ({ text: String.fromCodePoint(character), length: 1, score: count }));

  const longer: Seed[] = [];
  let frequent: ReadonlySet<string> | undefined;
  for (let length = 2; length <= LONGEST_PIECE; length++) {
    const found = new Map<string, number>();
    for (const { run, count } of runs) {
      for (let from = 0; from + length <= run.length; from++) {
        if (frequent !== undefined && !frequent.has(textOf(run, from, from + length - 1))) continue;
        const text = textOf(run, from, from + length);
        found.set(text, (found.get(text) ?? 0) + count);
      }
    }
    const kept = [...found].filter(([, count]) => count >= Math.max(2, minCount));
    for (const [text, count] of kept) longer.push({ text, length, score: count * length });
    if (kept.length === 0) break;
    frequent = new Set(kept.map(([text]) => text));
  }
  longer.sort((a, b) => b.score - a.score || (a.text < b.text ? -1 : 1));
  return [...seeds, ...longer.slice(0, Math.max(0, limit - seeds.length))];
}

function textOf(run: Uint32Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCodePoint(run[at] as number);
  return text;
}

/** The parts of a word in which all characters are of one class; ▁ belongs to what follows it. */
function runsOf(word: Uint32Array): Uint32Array[] {
  const runs: Uint32Array[] = [];
  let from = 0;
  let current: string | undefined;
  for (let at = 0; at < word.length; at++) {
    const character = word[at] as number;
    if (character === SPACE.codePointAt(0)) continue;
    const own = classOf(character);
    if (current !== undefined && own !== current) {
      runs.push(word.subarray(from, at));
      from = at;
    }
    current = own;
  }
  runs.push(word.subarray(from));
  return runs.filter((run) => run.length > 1);
}

const classes = new Map<number, string>();

/** The script of a letter, or what kind of sign it is. Kana and ideographs stand together in Japanese words. */
function classOf(character: number): string {
  let found = classes.get(character);
  if (found === undefined) {
    const text = String.fromCodePoint(character);
    found = CLASSES.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other';
    classes.set(character, found);
  }
  return found;
}

const CLASSES: readonly (readonly [string, RegExp])[] = [
  ['digit', /\p{N}/u],
  ['mark', /[\p{P}\p{S}\p{Z}\p{C}]/u],
  ['han', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['hangul', /\p{Script=Hangul}/u],
  ['latin', /[\p{Script=Latin}\p{M}]/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  ['greek', /\p{Script=Greek}/u],
  ['arabic', /\p{Script=Arabic}/u],
  ['thai', /\p{Script=Thai}/u],
];
