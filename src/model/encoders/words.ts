/**
 * @file Words of a text in any script, lower-cased.
 *
 * Letters, digits and combining marks that stand together are a word, with an apostrophe inside ("don't"). Scripts
 * that are written without spaces (Chinese, Japanese, Thai, …) give one word a character: pairs of words then serve
 * as their words. A dictionary such as Intl.Segmenter's would cut finer, but it changes with the version of Node,
 * and a model must read a text the same way for ever.
 */

/** A text longer than this is read up to here: one monstrous cell must not stall training or a request. */
export const LONGEST_TEXT = 50_000;

const unspaced = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar'].map((script) => `\\p{Script=${script}}`).join('');
const letters = `(?:(?![${unspaced}])[\\p{L}\\p{M}\\p{N}_])+`;
const WORD = new RegExp(`[${unspaced}]|${letters}(?:['’]${letters})*`, 'gu');

export function wordsOf(text: string): string[] {
  return foldCase(text).match(WORD) ?? [];
}

/** Lower case, full-width and other compatible forms folded (NFKC), long texts cut. */
export function foldCase(text: string): string {
  return text.slice(0, LONGEST_TEXT).normalize('NFKC').toLowerCase();
}
