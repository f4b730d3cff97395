/** @file ReduceMean: the mean over some axes. */

import { defineOp } from './define.ts';
import { countOf, reduceAttributes, reducedType, reduceSamples, spread, withAxes } from './reductions.ts';

export const ReduceMean = defineOp({
  type: 'ReduceMean',
  inputs: ['data', 'axes?'],
  outputs: ['Y'],
  attributes: reduceAttributes,
  noGrad: ['axes'],
  infer: ({ data, axes }, attributes) => ({ Y: reducedType(data, axes, attributes) }),
  // d data = dY / n, repeated over the axes of n elements that were averaged
  grad: (g, { data, axes, dY }, attributes) => ({
    data: () => spread(g, withAxes(g, g.div(dY, countOf(g, dY, data)), data, axes, attributes), data),
  }),
  samples: reduceSamples,
});
