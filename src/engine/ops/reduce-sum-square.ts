/** @file ReduceSumSquare: the sum of squares over some axes. */

import { defineOp } from './define.ts';
import { reduceAttributes, reducedType, reduceSamples, requireAxes } from './reductions.ts';

export const ReduceSumSquare = defineOp({
  type: 'ReduceSumSquare',
  inputs: ['data', 'axes?'],
  outputs: ['Y'],
  attributes: reduceAttributes,
  infer: ({ data, axes }, attributes) => ({ Y: reducedType(data, axes, attributes) }),
  // Σ data²
  lower: (g, { data, axes }, attributes) => ({
    Y: g.reduceSum(g.mul(data, data), requireAxes(data, axes, attributes), attributes.keepdims === 1),
  }),
  samples: reduceSamples,
});
