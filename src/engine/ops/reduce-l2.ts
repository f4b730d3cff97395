/** @file ReduceL2: the root of the sum of squares over some axes. */

import { defineOp } from './define.ts';
import { reduceAttributes, reducedType, reduceSamples, withAxes } from './reductions.ts';

export const ReduceL2 = defineOp({
  type: 'ReduceL2',
  inputs: ['data', 'axes?'],
  outputs: ['Y'],
  attributes: reduceAttributes,
  noGrad: ['axes'],
  infer: ({ data, axes }, attributes) => ({ Y: reducedType(data, axes, attributes) }),
  // d data = dY · data / Y; 0 where Y is 0
  grad: (g, { data, axes, Y, dY }, attributes) => ({
    data() {
      const norm = withAxes(g, Y, data, axes, attributes);
      const scale = g.div(withAxes(g, dY, data, axes, attributes), g.where(g.equal(norm, 0), 1, norm));
      return g.mul(data, scale);
    },
  }),
  samples: reduceSamples,
});
