/** @file CastLike: the same numbers in the dtype of another tensor. */

import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';

export const CastLike = defineOp({
  type: 'CastLike',
  inputs: ['input', 'target_type'],
  outputs: ['output'],
  infer: ({ input, target_type }) => ({ output: { dtype: target_type.dtype, shape: input.shape } }),
  contents: ({ input }) => input.contents,
  lower: (g, { input, target_type }) => ({ output: g.cast(input, target_type.type.dtype) }),
  samples: [{ input: [2, 3], target_type: tensorOf('float64', [], [0]) }],
});
