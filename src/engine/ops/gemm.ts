/** @file Gemm: Y = alpha · A' · B' + beta · C for matrices, where A' and B' may be transposed. */

import { MoatError } from '../errors.ts';
import { float, int } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { showType } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { defineOp } from './define.ts';
import { sumTo } from './sum-to.ts';

export const Gemm = defineOp({
  type: 'Gemm',
  inputs: ['A', 'B', 'C?'],
  outputs: ['Y'],
  attributes: { alpha: float(1), beta: float(1), transA: int(0), transB: int(0) },

  infer({ A, B }, { transA, transB }) {
    const [m, k] = transA ? [A.shape[1], A.shape[0]] : A.shape;
    const [k2, n] = transB ? [B.shape[1], B.shape[0]] : B.shape;
    const differ = typeof k === 'number' && typeof k2 === 'number' && k !== k2;
    if (A.shape.length !== 2 || B.shape.length !== 2 || differ) {
      throw new MoatError(`Gemm cannot multiply ${showType(A)} by ${showType(B)}`, {
        code: 'SHAPE_GEMM_INNER',
        why: `it takes two matrices; A' has ${k} columns and B' has ${k2} rows`,
        fix: 'check the layer that made A, or flatten it first',
      });
    }
    return { Y: { dtype: A.dtype, shape: [m as Dim, n as Dim] } };
  },

  // dA' = alpha · dY · B'ᵀ, dB' = alpha · A'ᵀ · dY, dC = beta · dY; a transposed operand gets the transpose of its gradient.
  grad: (g, { A, B, C, dY }, { alpha, beta, transA, transB }) => ({
    A: () =>
      transA
        ? g.gemm(B, dY, undefined, { transA: transB === 1, transB: true, alpha })
        : g.gemm(dY, B, undefined, { transB: transB === 0, alpha }),
    B: () =>
      transB
        ? g.gemm(dY, A, undefined, { transA: true, transB: transA === 1, alpha })
        : g.gemm(A, dY, undefined, { transA: transA === 0, alpha }),
    C: () => scaled(g, sumTo(g, dY, C as KnownValue), beta),
  }),

  samples: [
    { A: [2, 3], B: [3, 4], C: [4] },
    { A: [3, 2], B: [4, 3], C: [2, 1], attributes: { transA: 1, transB: 1, alpha: 0.5, beta: 2 } },
    { A: [3, 2], B: [3, 4], attributes: { transA: 1 } },
    { A: [2, 3], B: [4, 3], C: [], attributes: { transB: 1 } },
  ],
});

function scaled(g: GraphBuilder, x: KnownValue, factor: number): KnownValue {
  return factor === 1 ? x : g.mul(x, factor);
}
