/** @file Mod: the remainder of a division, of whole numbers or (fmod) of floats. */

import { int } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { broadcast } from './rules.ts';
import { sumTo } from './sum-to.ts';

export const Mod = defineOp({
  type: 'Mod',
  inputs: ['A', 'B'],
  outputs: ['C'],
  attributes: { fmod: int(0) },
  infer: ({ A, B }) => ({ C: broadcast(A, B) }),
  // C = A − B · n, n the whole quotient, which changes in jumps: dA = dC, dB = −n · dC = −(A − C) / B · dC
  grad: (g, { A, B, C, dC }) => ({
    A: () => sumTo(g, dC, A),
    B: () => sumTo(g, g.neg(g.mul(g.div(g.sub(A, C), B), dC)), B),
  }),
  samples: [
    { A: { shape: [2, 3], from: 2.1, to: 2.9 }, B: { shape: [3], from: 0.95, to: 1 }, attributes: { fmod: 1 } },
    { A: { shape: [3], from: -1.4, to: -1.1 }, B: { shape: [2, 1], from: 0.8, to: 1 }, attributes: { fmod: 1 } },
  ],
});
