/** @file Unsqueeze: puts in axes of size 1. */

import { optional } from '../graph/attributes.ts';
import { axisOf } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { numbersOf } from './rules.ts';

export const Unsqueeze = defineOp({
  type: 'Unsqueeze',
  inputs: ['data', 'axes'],
  outputs: ['expanded'],
  attributes: { axes: optional.ints },
  noGrad: ['axes'],
  infer({ data, axes }) {
    const given = numbersOf(axes);
    if (given === undefined) return { expanded: { dtype: data.dtype, shape: undefined } };
    const rank = data.shape.length + given.length;
    const added = new Set(given.map((axis) => axisOf(axis, rank)));
    const kept = [...data.shape];
    const shape = Array.from({ length: rank }, (_, axis): Dim => (added.has(axis) ? 1 : (kept.shift() as Dim)));
    return { expanded: { dtype: data.dtype, shape } };
  },
  // A followed scalar becomes a followed vector of one.
  contents: ({ data }) => (data.shape.length === 0 ? data.contents : undefined),
  // d data = d expanded, in the shape of data
  grad: (g, { data, dexpanded }) => ({ data: () => g.reshapeLike(dexpanded, data) }),
  samples: [{ data: [2, 3], axes: int64s([0, -1]) }],
});
