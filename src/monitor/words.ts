/** @file Words of a text, for the descriptors that text columns are watched through. */

/** Scripts that write words without spaces between them. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORD = /[\p{L}\p{N}]+/gu;

let segmenter: Intl.Segmenter | undefined;

/** Lower-case words; scripts without spaces are cut by the Unicode segmenter, which is slower. */
export function wordsOf(text: string): string[] {
  const lower = text.toLowerCase();
  if (!UNSPACED.test(lower)) return lower.match(WORD) ?? [];
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
  return Array.from(segmenter.segment(lower))
    .filter(({ isWordLike }) => isWordLike === true)
    .map(({ segment }) => segment);
}
