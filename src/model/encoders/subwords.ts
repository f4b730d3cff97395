/**
 * @file subwords: a text as the numbers of its pieces by a tokenizer that was learned from the training rows, all rows of one length.
 *
 * Padded and cut in front, as `tokens` does, with the tokenizer's padding token.
 */

import { Type } from 'typebox';
import { openTokenizer, type TokenizerName, tokenizerKinds, tokenizerTrainer } from '../../data/index.ts';
import { defineEncoder, type Planes } from './encoder.ts';
import type { TokensOptions } from './tokens.ts';
import { LONGEST_TEXT } from './words.ts';

export interface SubwordsOptions extends TokensOptions {
  readonly tokenizer: TokenizerName;
}

export const tokenizerNames = Object.keys(tokenizerKinds) as TokenizerName[];

export const subwords = defineEncoder({
  name: 'subwords',
  types: ['text'],
  state: Type.Object({ length: Type.Integer({ minimum: 1, maximum: 100_000 }), tokenizer: Type.Unknown() }),

  fit({ values }, { tokenizer, vocabulary, length }: SubwordsOptions) {
    const trainer = tokenizerTrainer(tokenizer, { vocabulary });
    for (const text of values) if (text !== null) trainer.read(text.slice(0, LONGEST_TEXT));
    return { length, tokenizer: trainer.finish().json };
  },

  open({ length, tokenizer: json }, cellsOf): Planes {
    const tokenizer = openTokenizer(json);
    return {
      type: { dtype: 'int64', shape: [length] },
      encode(column) {
        const { values } = cellsOf(column);
        const data = new BigInt64Array(values.length * length).fill(BigInt(tokenizer.padding));
        for (const [row, text] of values.entries()) {
          const last = tokenizer.encode((text ?? '').slice(0, LONGEST_TEXT)).slice(-length);
          const from = (row + 1) * length - last.length;
          for (const [i, number] of last.entries()) data[from + i] = BigInt(number);
        }
        return { dtype: 'int64', shape: [values.length, length], data };
      },
    };
  },
});
