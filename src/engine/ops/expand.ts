/** @file Expand: repeats axes of size 1, by the rule of broadcasting, until a shape is reached. */

import { broadcastShapes, unknownDim } from '../graph/dims.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { sumTo } from './sum-to.ts';

export const Expand = defineOp({
  type: 'Expand',
  inputs: ['input', 'shape'],
  outputs: ['output'],
  noGrad: ['shape'],
  infer({ input, shape }) {
    const [rank] = shape.shape;
    const target = shape.contents ?? (typeof rank === 'number' ? new Array<string>(rank).fill(unknownDim) : undefined);
    return { output: { dtype: input.dtype, shape: target && broadcastShapes(input.shape, target) } };
  },
  contents({ input, shape }) {
    const [size] = shape.contents ?? [];
    const single = input.contents?.length === 1 ? input.contents[0] : undefined;
    return single !== undefined && shape.contents?.length === 1 && typeof size === 'number' && size <= 64
      ? new Array(size).fill(single)
      : undefined;
  },
  // d input = d output, summed over what was repeated
  grad: (g, { input, doutput }) => ({ input: () => sumTo(g, doutput, input) }),
  samples: [
    { input: [2, 1], shape: int64s([2, 3]) },
    { input: [3], shape: int64s([2, 1]) },
  ],
});
