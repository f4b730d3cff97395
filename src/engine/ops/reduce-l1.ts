/** @file ReduceL1: the sum of magnitudes over some axes. */

import { defineOp } from './define.ts';
import { reduceAttributes, reducedType, reduceSamples, requireAxes } from './reductions.ts';

export const ReduceL1 = defineOp({
  type: 'ReduceL1',
  inputs: ['data', 'axes?'],
  outputs: ['Y'],
  attributes: reduceAttributes,
  infer: ({ data, axes }, attributes) => ({ Y: reducedType(data, axes, attributes) }),
  // Σ |data|
  lower: (g, { data, axes }, attributes) => ({
    Y: g.reduceSum(g.abs(data), requireAxes(data, axes, attributes), attributes.keepdims === 1),
  }),
  samples: reduceSamples,
});
