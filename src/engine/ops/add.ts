/** @file Add: C = A + B, with broadcasting. */

import { addDims } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { broadcast, eachPair, pairSamples } from './rules.ts';
import { sumTo } from './sum-to.ts';

export const Add = defineOp({
  type: 'Add',
  inputs: ['A', 'B'],
  outputs: ['C'],
  infer: ({ A, B }) => ({ C: broadcast(A, B) }),
  contents: ({ A, B }) => eachPair(A, B, addDims),
  // dA = dC, dB = dC
  grad: (g, { A, B, dC }) => ({
    A: () => sumTo(g, dC, A),
    B: () => sumTo(g, dC, B),
  }),
  samples: [...pairSamples, { A: [5, 8, 3], B: [3] }],
});
