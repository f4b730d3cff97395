/** @file Mish: Y = X · tanh(softplus X) (Misra 2019) */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Mish = defineOp({
  type: 'Mish',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // By the product of its factors.
  lower: (g, { X }) => ({ Y: g.mul(X, g.tanh(g.softplus(X))) }),
  samples: [{ X: [2, 3], opset: 18 }],
});
