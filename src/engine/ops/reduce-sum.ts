/** @file ReduceSum: the sum over some axes. */

import { defineOp } from './define.ts';
import { reduceAttributes, reducedType, reduceSamples, spread, withAxes } from './reductions.ts';

export const ReduceSum = defineOp({
  type: 'ReduceSum',
  inputs: ['data', 'axes?'],
  outputs: ['Y'],
  attributes: reduceAttributes,
  noGrad: ['axes'],
  infer: ({ data, axes }, attributes) => ({ Y: reducedType(data, axes, attributes) }),
  // d data = dY, repeated over the axes that were summed
  grad: (g, { data, axes, dY }, attributes) => ({ data: () => spread(g, withAxes(g, dY, data, axes, attributes), data) }),
  samples: reduceSamples,
});
