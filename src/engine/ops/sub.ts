/** @file Sub: C = A − B, with broadcasting. */

import { subtractDims } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { broadcast, eachPair, pairSamples } from './rules.ts';
import { sumTo } from './sum-to.ts';

export const Sub = defineOp({
  type: 'Sub',
  inputs: ['A', 'B'],
  outputs: ['C'],
  infer: ({ A, B }) => ({ C: broadcast(A, B) }),
  contents: ({ A, B }) => eachPair(A, B, subtractDims),
  // dA = dC, dB = −dC
  grad: (g, { A, B, dC }) => ({
    A: () => sumTo(g, dC, A),
    B: () => sumTo(g, g.neg(dC), B),
  }),
  samples: pairSamples,
});
