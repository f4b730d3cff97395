/**
 * @file tokens: a text as the numbers of its words, all rows of one length.
 *
 * 0 is padding and 1 a word outside the vocabulary; the most frequent word is 2. Short texts are padded in front and
 * long ones cut in front, as Keras' pad_sequences does, so that the last words stand where a recurrent layer ends.
 */

import { Type } from 'typebox';
import { defineEncoder, type Planes } from './encoder.ts';
import { mostFrequent } from './vocabulary.ts';
import { wordsOf } from './words.ts';

export interface TokensOptions {
  /** Numbers in use, with padding and the unknown word. */
  readonly vocabulary: number;
  /** Words a row. */
  readonly length: number;
}

const UNKNOWN = 1n;
const FIRST_WORD = 2;

export const tokens = defineEncoder({
  name: 'tokens',
  types: ['text'],
  state: Type.Object({ length: Type.Integer({ minimum: 1, maximum: 100_000 }), words: Type.Array(Type.String()) }),

  fit({ values }, { vocabulary, length }: TokensOptions) {
    const counts = new Map<string, number>();
    for (const text of values) {
      if (text === null) continue;
      for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return { length, words: mostFrequent(counts, vocabulary - FIRST_WORD) };
  },

  open({ length, words }, cellsOf): Planes {
    const numbers = new Map(words.map((word, rank) => [word, BigInt(rank + FIRST_WORD)]));
    return {
      type: { dtype: 'int64', shape: [length] },
      encode(column) {
        const { values } = cellsOf(column);
        const data = new BigInt64Array(values.length * length);
        for (const [row, text] of values.entries()) {
          const last = wordsOf(text ?? '').slice(-length);
          const from = (row + 1) * length - last.length;
          for (const [i, word] of last.entries()) data[from + i] = numbers.get(word) ?? UNKNOWN;
        }
        return { dtype: 'int64', shape: [values.length, length], data };
      },
    };
  },
});
