/** @file Squeeze: leaves out axes of size 1. */

import { optional } from '../graph/attributes.ts';
import { axisOf } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { numbersOf } from './rules.ts';

export const Squeeze = defineOp({
  type: 'Squeeze',
  inputs: ['data', 'axes?'],
  outputs: ['squeezed'],
  attributes: { axes: optional.ints },
  noGrad: ['axes'],
  infer({ data, axes }, attributes) {
    const given = attributes.axes ?? numbersOf(axes);
    if (axes !== undefined && given === undefined) return { squeezed: { dtype: data.dtype, shape: undefined } };
    const gone = given?.map((axis) => axisOf(axis, data.shape.length));
    const stays = (dim: Dim, axis: number): boolean => (gone === undefined ? dim !== 1 : !gone.includes(axis));
    return { squeezed: { dtype: data.dtype, shape: data.shape.filter(stays) } };
  },
  contents: ({ data }) => data.contents,
  // d data = d squeezed, in the shape of data
  grad: (g, { data, dsqueezed }) => ({ data: () => g.reshapeLike(dsqueezed, data) }),
  samples: [{ data: [2, 1, 3], axes: int64s([1]) }, { data: [1, 2, 1] }],
});
