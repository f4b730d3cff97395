/** @file com.microsoft.FusedMatMul: Y = alpha · A' · B', where A' and B' may be transposed, also with the first axis moved behind the batch. */

import { float, int } from '../../graph/attributes.ts';
import { broadcastShapes } from '../../graph/dims.ts';
import type { Dim } from '../../graph/graph.ts';
import { defineOp } from '../define.ts';

export const FusedMatMul = defineOp({
  type: 'FusedMatMul',
  domain: 'com.microsoft',
  inputs: ['A', 'B'],
  outputs: ['Y'],
  attributes: { alpha: float(1), transA: int(0), transB: int(0), transBatchA: int(0), transBatchB: int(0) },
  infer({ A, B }, { transA, transB, transBatchA, transBatchB }) {
    const [a, b] = [
      orderOf(A.shape.length, transA, transBatchA).map((axis) => A.shape[axis] as Dim),
      orderOf(B.shape.length, transB, transBatchB).map((axis) => B.shape[axis] as Dim),
    ];
    const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
    return {
      Y: { dtype: A.dtype, shape: [...batch, ...(a.length > 1 ? [a.at(-2) as Dim] : []), ...(b.length > 1 ? [b.at(-1) as Dim] : [])] },
    };
  },
  lower(g, { A, B }, { alpha, transA, transB, transBatchA, transBatchB }) {
    const [a, b] = [
      g.transpose(A, orderOf(A.type.shape.length, transA, transBatchA)),
      g.transpose(B, orderOf(B.type.shape.length, transB, transBatchB)),
    ];
    return { Y: g.mul(g.matMul(a, b), alpha) };
  },
  samples: [
    { A: [2, 3], B: [3, 4], attributes: { alpha: 0.5 } },
    { A: [2, 3, 2], B: [4, 3], attributes: { transA: 1, transB: 1 } },
    { A: [2, 3, 4], B: [3, 4, 2], attributes: { transBatchA: 1 } },
  ],
});

/** A vector stays; the batch transposition brings the first axis to the second-last place. */
function orderOf(rank: number, transposed: number, batch: number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  if (rank < 2) return axes;
  const [first, ...between] = axes.slice(0, -1) as [number, ...number[]];
  const moved = batch ? [...between, first, rank - 1] : axes;
  return transposed ? [...moved.slice(0, -2), moved.at(-1) as number, moved.at(-2) as number] : moved;
}
