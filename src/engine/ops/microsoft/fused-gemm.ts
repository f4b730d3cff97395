/** @file com.microsoft.FusedGemm: Y = activation(alpha · A' · B' + beta · C) */

import { float, int, optional } from '../../graph/attributes.ts';
import type { Dim } from '../../graph/graph.ts';
import { defineOp } from '../define.ts';
import { activated } from './fused-activation.ts';

export const FusedGemm = defineOp({
  type: 'FusedGemm',
  domain: 'com.microsoft',
  inputs: ['A', 'B', 'C?'],
  outputs: ['Y'],
  attributes: {
    activation: optional.string,
    activation_alpha: optional.float,
    activation_beta: optional.float,
    activation_gamma: optional.float,
    alpha: float(1),
    beta: float(1),
    transA: int(0),
    transB: int(0),
  },
  infer: ({ A, B }, { transA, transB }) => ({
    Y: { dtype: A.dtype, shape: [A.shape[transA ? 1 : 0] as Dim, B.shape[transB ? 0 : 1] as Dim] },
  }),
  lower(g, { A, B, C }, { activation, activation_alpha, activation_beta, alpha, beta, transA, transB }) {
    const product = g.gemm(A, B, C, { alpha, beta, transA: transA !== 0, transB: transB !== 0 });
    return { Y: activated(g, product, activation, [activation_alpha ?? 0, activation_beta ?? 0]) };
  },
  samples: [
    { A: [2, 3], B: [4, 3], C: [4], attributes: { transB: 1, activation: 'Relu' } },
    { A: [2, 3], B: [3, 4], C: { shape: [4], from: -9, to: -8 }, attributes: { activation: 'LeakyRelu', activation_alpha: 0.3 } },
  ],
});
