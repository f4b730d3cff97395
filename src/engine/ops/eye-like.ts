/** @file EyeLike: the identity matrix in the shape of the input. */

import { int, optional } from '../graph/attributes.ts';
import { dtypeOf } from '../graph/onnx/element-types.ts';
import { defineOp } from './define.ts';

export const EyeLike = defineOp({
  type: 'EyeLike',
  inputs: ['input'],
  outputs: ['output'],
  attributes: { dtype: optional.int, k: int(0) },
  infer: ({ input }, { dtype }) => ({
    output: { dtype: (dtype === undefined ? undefined : dtypeOf(dtype)) ?? input.dtype, shape: input.shape },
  }),
  flat: 'it depends on the shape, not on the elements',
  samples: [],
});
