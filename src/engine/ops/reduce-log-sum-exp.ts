/** @file ReduceLogSumExp: the logarithm of the sum of exponentials over some axes. */

import { defineOp } from './define.ts';
import { reduceAttributes, reducedType, reduceSamples, withAxes } from './reductions.ts';

export const ReduceLogSumExp = defineOp({
  type: 'ReduceLogSumExp',
  inputs: ['data', 'axes?'],
  outputs: ['Y'],
  attributes: reduceAttributes,
  noGrad: ['axes'],
  infer: ({ data, axes }, attributes) => ({ Y: reducedType(data, axes, attributes) }),
  // d data = dY · e^(data − Y), which is the softmax of the data
  grad: (g, { data, axes, Y, dY }, attributes) => ({
    data: () => g.mul(withAxes(g, dY, data, axes, attributes), g.exp(g.sub(data, withAxes(g, Y, data, axes, attributes)))),
  }),
  samples: reduceSamples,
});
