/** @file com.microsoft.BiasGelu: C = Gelu(A + B), B a vector over the last axis. */

import { defineOp } from '../define.ts';
import { like } from '../rules.ts';
import { gelu } from './formulas.ts';

export const BiasGelu = defineOp({
  type: 'BiasGelu',
  domain: 'com.microsoft',
  inputs: ['A', 'B'],
  outputs: ['C'],
  infer: ({ A }) => ({ C: like(A) }),
  lower: (g, { A, B }) => ({ C: gelu(g, g.add(A, B)) }),
  samples: [{ A: [2, 3], B: [3] }],
});
