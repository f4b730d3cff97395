/** @file RandomUniformLike: numbers drawn uniformly from a range, in the shape of another tensor. */

import { float, optional } from '../graph/attributes.ts';
import { dtypeOf } from '../graph/onnx/element-types.ts';
import { defineOp } from './define.ts';

export const RandomUniformLike = defineOp({
  type: 'RandomUniformLike',
  inputs: ['input'],
  outputs: ['output'],
  attributes: { dtype: optional.int, low: float(0), high: float(1), seed: optional.float },
  infer: ({ input }, { dtype }) => ({
    output: { dtype: dtype === undefined ? input.dtype : (dtypeOf(dtype) ?? input.dtype), shape: input.shape },
  }),
  flat: 'what is drawn does not depend on the elements of the input',
  samples: [],
});
