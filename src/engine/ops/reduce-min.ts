/** @file ReduceMin: the smallest element over some axes. */

import { defineOp } from './define.ts';
import { reduceAttributes, reducedType, reduceSamples, requireAxes, withAxes } from './reductions.ts';

export const ReduceMin = defineOp({
  type: 'ReduceMin',
  inputs: ['data', 'axes?'],
  outputs: ['Y'],
  attributes: reduceAttributes,
  noGrad: ['axes'],
  infer: ({ data, axes }, attributes) => ({ Y: reducedType(data, axes, attributes) }),
  // d data = dY / n where data = Y, n elements being tied for it; else 0
  grad: (g, { data, axes, Y, dY }, attributes) => ({
    data() {
      const wins = g.cast(g.equal(data, withAxes(g, Y, data, axes, attributes)), data.type.dtype);
      const ties = g.reduceSum(wins, requireAxes(data, axes, attributes), true);
      return g.mul(wins, g.div(withAxes(g, dY, data, axes, attributes), ties));
    },
  }),
  samples: reduceSamples,
});
