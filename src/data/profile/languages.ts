/** @file The languages of a column of texts: rows of each, on the first rows of the sample. */

import { type Language, languageOf } from './language.ts';

const MOST_ROWS = 2_000;

export function languagesOf(texts: readonly (string | null)[]): (readonly [language: Language, rowCount: number])[] {
  const counts = new Map<Language, number>();
  for (const text of texts.filter((value) => value !== null).slice(0, MOST_ROWS)) {
    const language = languageOf(text);
    counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
