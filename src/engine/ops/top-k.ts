/** @file TopK: the k largest or smallest elements along an axis, and where they stood. */

import { int } from '../graph/attributes.ts';
import { axisOf, unknownDim } from '../graph/dims.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { positions } from './rules.ts';

export const TopK = defineOp({
  type: 'TopK',
  inputs: ['X', 'K'],
  outputs: ['Values', 'Indices'],
  flatOutputs: ['Indices'],
  attributes: { axis: int(-1), largest: int(1), sorted: int(1) },
  noGrad: ['K'],
  infer({ X, K }, { axis }) {
    const along = axisOf(axis, X.shape.length);
    const shape = X.shape.map((dim, i) => (i === along ? (K.contents?.[0] ?? unknownDim) : dim));
    return { Values: { dtype: X.dtype, shape }, Indices: positions(shape) };
  },
  // dX = dValues where the elements stood, else 0
  grad: (g, { X, Indices, dValues }, { axis }) => ({
    X: () => g.one('ScatterElements', [g.fill(g.shapeOf(X), 0, X.type.dtype), Indices, dValues], { axis }),
  }),
  samples: [
    { X: [2, 5], K: int64s([2]) },
    { X: [4, 2], K: int64s([3]), attributes: { axis: 0, largest: 0 } },
  ],
});
