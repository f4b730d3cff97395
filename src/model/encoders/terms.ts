/** @file The terms of a text: runs of words, and runs of characters. */

import { foldCase, wordsOf } from './words.ts';

/** Shortest and longest run. */
export type Lengths = readonly [number, number];

/** Calls `visit` with every term of a text, as often as it occurs. */
export type EachTerm = (text: string, lengths: Lengths, visit: (term: string) => void) => void;

/** "not good" and "good" of "not good": runs of words, joined by one space. */
export const eachWordRun: EachTerm = (text, [shortest, longest], visit) => {
  const words = wordsOf(text);
  for (let from = 0; from < words.length; from++) {
    let run = '';
    const last = Math.min(words.length, from + longest);
    for (let to = from; to < last; to++) {
      run = to === from ? (words[to] as string) : `${run} ${words[to]}`;
      if (to - from + 1 >= shortest) visit(run);
    }
  }
};

/** "go", "od", "goo", … of "good": runs of code points across words, with each stretch of white space as one space. */
export const eachCharacterRun: EachTerm = (text, [shortest, longest], visit) => {
  const folded = foldCase(text).replace(/\s+/gu, ' ').trim();
  const starts = codePointStarts(folded);
  const count = starts.length - 1;
  for (let from = 0; from < count; from++) {
    const last = Math.min(count, from + longest);
    for (let to = from + shortest; to <= last; to++) visit(folded.slice(starts[from], starts[to]));
  }
};

/** Where each code point begins, and where the text ends. */
function codePointStarts(text: string): Uint32Array {
  const starts = new Uint32Array(text.length + 1);
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1) starts[count++] = at;
  starts[count] = text.length;
  return starts.subarray(0, count + 1);
}
