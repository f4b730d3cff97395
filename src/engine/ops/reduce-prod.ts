/** @file ReduceProd: the product over some axes. */

import { productOfDims } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { reduceAttributes, reducedType, spread, withAxes } from './reductions.ts';

export const ReduceProd = defineOp({
  type: 'ReduceProd',
  inputs: ['data', 'axes?'],
  outputs: ['Y'],
  attributes: reduceAttributes,
  noGrad: ['axes'],
  infer: ({ data, axes }, attributes) => ({ Y: reducedType(data, axes, attributes) }),
  contents: ({ data }) => data.contents && [productOfDims(data.contents)],
  // d data = dY · Y / data, the product of all others; data must not hold a zero
  grad: (g, { data, axes, Y, dY }, attributes) => ({
    data: () => g.div(spread(g, withAxes(g, g.mul(dY, Y), data, axes, attributes), data), data),
  }),
  samples: [{ data: [2, 3] }],
});
