/** @file ReduceLogSum: the logarithm of the sum over some axes. */

import { defineOp } from './define.ts';
import { reduceAttributes, reducedType, requireAxes } from './reductions.ts';

export const ReduceLogSum = defineOp({
  type: 'ReduceLogSum',
  inputs: ['data', 'axes?'],
  outputs: ['Y'],
  attributes: reduceAttributes,
  infer: ({ data, axes }, attributes) => ({ Y: reducedType(data, axes, attributes) }),
  // ln Σ data
  lower: (g, { data, axes }, attributes) => ({
    Y: g.log(g.reduceSum(data, requireAxes(data, axes, attributes), attributes.keepdims === 1)),
  }),
  samples: [{ data: { shape: [2, 3], from: 0.3, to: 2 } }],
});
