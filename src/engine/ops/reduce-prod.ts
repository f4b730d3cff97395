/** @file ReduceProd: the product over some axes. */

import { productOfDims } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { reduceAttributes, reducedType, reduceSamples, requireAxes, withAxes } from './reductions.ts';

export const ReduceProd = defineOp({
  type: 'ReduceProd',
  inputs: ['data', 'axes?'],
  outputs: ['Y'],
  attributes: reduceAttributes,
  noGrad: ['axes'],
  infer: ({ data, axes }, attributes) => ({ Y: reducedType(data, axes, attributes) }),
  contents: ({ data }) => data.contents && [productOfDims(data.contents)],
  // d data = dY · the product of all others. With P the product of what is not zero: P / data where there is no zero, P at the only
  // zero where there is one, and 0 everywhere else.
  grad: (g, { data, axes, dY }, attributes) => ({
    data() {
      const along = requireAxes(data, axes, attributes);
      const isZero = g.equal(data, 0);
      const filled = g.where(isZero, 1, data);
      const P = g.one('ReduceProd', [filled, axes], { axes: axes ? undefined : attributes.axes, keepdims: 1 });
      const zeros = g.reduceSum(g.cast(isZero, data.type.dtype), along, true);
      const beside = g.where(g.equal(zeros, 0), g.div(P, filled), 0);
      const at = g.where(g.equal(zeros, 1), P, 0);
      return g.mul(withAxes(g, dY, data, axes, attributes), g.where(isZero, at, beside));
    },
  }),
  samples: reduceSamples,
});
