/** @file Transpose: axes in a new order. */

import { optional } from '../graph/attributes.ts';
import type { Dim } from '../graph/graph.ts';
import { defineOp } from './define.ts';

export const Transpose = defineOp({
  type: 'Transpose',
  inputs: ['data'],
  outputs: ['transposed'],
  attributes: { perm: optional.ints },
  infer({ data }, { perm }) {
    const order = perm ?? reversed(data.shape.length);
    return { transposed: { dtype: data.dtype, shape: order.map((axis) => data.shape[axis] as Dim) } };
  },
  // The gradient goes back by the inverse order.
  grad: (g, { data, dtransposed }, { perm }) => ({
    data() {
      const order = perm ?? reversed(data.type.shape.length);
      return g.transpose(
        dtransposed,
        order.map((_, axis) => order.indexOf(axis)),
      );
    },
  }),
  samples: [{ data: [2, 3] }, { data: [2, 3, 4], attributes: { perm: [1, 2, 0] } }],
});

function reversed(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}
