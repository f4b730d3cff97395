/** @file Mul: C = A · B, element by element, with broadcasting. */

import { multiplyDims } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { broadcast, eachPair, pairSamples } from './rules.ts';
import { sumTo } from './sum-to.ts';

export const Mul = defineOp({
  type: 'Mul',
  inputs: ['A', 'B'],
  outputs: ['C'],
  infer: ({ A, B }) => ({ C: broadcast(A, B) }),
  contents: ({ A, B }) => eachPair(A, B, multiplyDims),
  // dA = dC · B, dB = dC · A
  grad: (g, { A, B, dC }) => ({
    A: () => sumTo(g, g.mul(dC, B), A),
    B: () => sumTo(g, g.mul(dC, A), B),
  }),
  samples: pairSamples,
});
