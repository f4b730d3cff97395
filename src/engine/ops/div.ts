/** @file Div: C = A / B with broadcasting; whole numbers round towards zero. */

import { divideDims } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { broadcast, eachPair } from './rules.ts';
import { sumTo } from './sum-to.ts';

export const Div = defineOp({
  type: 'Div',
  inputs: ['A', 'B'],
  outputs: ['C'],
  infer: ({ A, B }) => ({ C: broadcast(A, B) }),
  contents: ({ A, B }) => eachPair(A, B, divideDims),
  // dA = dC / B, dB = −dC · A / B² = −dC · C / B
  grad: (g, { A, B, C, dC }) => ({
    A: () => sumTo(g, g.div(dC, B), A),
    B: () => sumTo(g, g.neg(g.div(g.mul(dC, C), B)), B),
  }),
  samples: [
    { A: [2, 3], B: { shape: [2, 3], from: 0.5, to: 2 } },
    { A: [2, 3], B: { shape: [3], from: -2, to: -0.5 } },
    { A: [1, 3], B: { shape: [2, 1], from: 0.5, to: 2 } },
  ],
});
