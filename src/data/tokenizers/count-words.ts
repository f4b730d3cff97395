/** @file How often each word stands in texts that are read once, in bounded memory. */

/** Distinct words held at once; beyond, the rarest are forgotten. */
const MOST_WORDS = 2_000_000;

/** What is longer is no word but data (base64, a hash, a line without spaces), and teaches nothing. */
const LONGEST_WORD = 1_000;

export interface WordCounter {
  add(word: string): void;
  /** Words with their counts, the most frequent first; equal counts in the order of their code units, so that the order of the texts does not matter. */
  words(): [word: string, count: number][];
}

export function wordCounter(): WordCounter {
  const counts = new Map<string, number>();
  let rarest = 1;
  return {
    add(word) {
      if (word.length > LONGEST_WORD) return;
      counts.set(word, (counts.get(word) ?? 0) + 1);
      for (; counts.size > MOST_WORDS; rarest++) for (const [known, count] of counts) if (count <= rarest) counts.delete(known);
    },
    words: () => [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1)),
  };
}

/** The characters of counted words with their counts, the most frequent first; at most `limit` of them. */
export function frequentCharacters(words: Iterable<readonly [string, number]>, limit: number): [character: string, count: number][] {
  const counts = new Map<string, number>();
  for (const [word, count] of words) for (const character of word) counts.set(character, (counts.get(character) ?? 0) + count);
  return [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1)).slice(0, Math.max(0, limit));
}
