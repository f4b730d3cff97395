/** @file Flatten: a matrix, the axes before `axis` folded into its rows and the others into its columns. */

import { int } from '../graph/attributes.ts';
import { productOfDims } from '../graph/dims.ts';
import { defineOp } from './define.ts';

export const Flatten = defineOp({
  type: 'Flatten',
  inputs: ['input'],
  outputs: ['output'],
  attributes: { axis: int(1) },
  infer({ input }, { axis }) {
    const { shape } = input;
    const cut = axis < 0 ? axis + shape.length : axis;
    return { output: { dtype: input.dtype, shape: [productOfDims(shape.slice(0, cut)), productOfDims(shape.slice(cut))] } };
  },
  // d input = d output, in the shape of input
  grad: (g, { input, doutput }) => ({ input: () => g.reshapeLike(doutput, input) }),
  samples: [{ input: [2, 3, 2] }, { input: [2, 3, 2], attributes: { axis: 0 } }, { input: [2, 3, 2], attributes: { axis: -1 } }],
});
