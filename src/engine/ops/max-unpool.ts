/** @file MaxUnpool: puts the maxima that a MaxPool found back to the places where it found them. */

import { optional } from '../graph/attributes.ts';
import { unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import { int64s, tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';

export const MaxUnpool = defineOp({
  type: 'MaxUnpool',
  inputs: ['X', 'I', 'output_shape?'],
  outputs: ['output'],
  attributes: { kernel_shape: optional.ints, pads: optional.ints, strides: optional.ints },
  noGrad: ['I', 'output_shape'],
  infer({ X, output_shape }, { kernel_shape = [], pads, strides }) {
    const { length: rank } = kernel_shape;
    const spatial = kernel_shape.map((kernel, axis): Dim => {
      const size = X.shape[axis + 2];
      if (output_shape !== undefined) return output_shape.contents?.[axis + 2] ?? unknownDim;
      return typeof size === 'number'
        ? (size - 1) * (strides?.[axis] ?? 1) + kernel - (pads?.[axis] ?? 0) - (pads?.[axis + rank] ?? 0)
        : unknownDim;
    });
    return { output: { dtype: X.dtype, shape: [...X.shape.slice(0, 2), ...spatial] } };
  },
  // dX = d output at the place of each maximum, which is flat over the whole tensor
  grad: (g, { X, I, doutput }) => ({
    X() {
      const [all, places] = [doutput, I].map((value) => g.one('Reshape', [value, g.constant(int64s([-1]))]));
      return g.reshapeLike(g.gather(all ?? doutput, places ?? I), X);
    },
  }),
  samples: [
    { X: [1, 1, 2, 2], I: tensorOf('int64', [1, 1, 2, 2], [1, 7, 8, 14]), attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { X: [1, 2, 2], I: tensorOf('int64', [1, 2, 2], [0, 3, 5, 6]), attributes: { kernel_shape: [2], strides: [2] } },
  ],
});
