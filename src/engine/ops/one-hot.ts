/** @file OneHot: a vector for each index, with another value at its place. */

import { int } from '../graph/attributes.ts';
import { axisOf, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known } from '../graph/known.ts';
import { defineOp } from './define.ts';

export const OneHot = defineOp({
  type: 'OneHot',
  inputs: ['indices', 'depth', 'values'],
  outputs: ['output'],
  attributes: { axis: int(-1) },
  infer: ({ indices, depth, values }, { axis }) => ({ output: { dtype: values.dtype, shape: shapeOf(indices, depth, axis) } }),
  notDifferentiable: 'it is made from whole numbers',
  samples: [],
});

function shapeOf(indices: Known, depth: Known, axis: number): Dim[] {
  const along = axisOf(axis, indices.shape.length + 1);
  return [...indices.shape.slice(0, along), depth.contents?.[0] ?? unknownDim, ...indices.shape.slice(along)];
}
