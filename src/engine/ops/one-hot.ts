/** @file OneHot: a vector for each index, with another value at its place. */

import { int } from '../graph/attributes.ts';
import { axisOf, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known } from '../graph/known.ts';
import { int64s, tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';

export const OneHot = defineOp({
  type: 'OneHot',
  inputs: ['indices', 'depth', 'values'],
  outputs: ['output'],
  attributes: { axis: int(-1) },
  infer: ({ indices, depth, values }, { axis }) => ({ output: { dtype: values.dtype, shape: shapeOf(indices, depth, axis) } }),
  noGrad: ['indices', 'depth'],
  // output = off + (on − off) · hot: d values = [Σ d output where cold, Σ d output where hot]
  grad: (g, { indices, depth, values, doutput }, { axis }) => ({
    values() {
      const hot = g.one('OneHot', [indices, depth, g.constant(tensorOf(values.type.dtype, [2], [0, 1]))], { axis });
      const [all, on] = [g.reduceSum(doutput), g.reduceSum(g.mul(doutput, hot))];
      return g.concat([g.unsqueeze(g.sub(all, on), [0]), g.unsqueeze(on, [0])], 0);
    },
  }),
  samples: [
    { indices: int64s([1, 0, 2]), depth: int64s([3]), values: [2] },
    { indices: tensorOf('int64', [2, 2], [1, -1, 0, 2]), depth: int64s([4]), values: [2], attributes: { axis: 1 } },
  ],
});

function shapeOf(indices: Known, depth: Known, axis: number): Dim[] {
  const along = axisOf(axis, indices.shape.length + 1);
  return [...indices.shape.slice(0, along), depth.contents?.[0] ?? unknownDim, ...indices.shape.slice(along)];
}
