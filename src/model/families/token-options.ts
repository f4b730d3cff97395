/** @file The options by which families that read a text as a sequence turn it into numbers. */

import { Type } from 'typebox';
import { tokenizerNames } from '../encoders/subwords.ts';

export const tokenSchemas = {
  tokenizer: Type.Union(
    (['words', ...tokenizerNames] as const).map((name) => Type.Literal(name)),
    { default: 'words', description: 'What a text is cut into: words, or the pieces of a tokenizer learned from the training rows' },
  ),
  vocabulary: Type.Integer({
    default: 10_000,
    minimum: 3,
    maximum: 1_000_000,
    description: 'Numbers in use, with padding and the unknown word; a tokenizer needs at least 514',
  }),
  length: Type.Integer({ default: 80, minimum: 1, maximum: 2_000, description: 'Words or pieces a text: padded and cut in front' }),
};
