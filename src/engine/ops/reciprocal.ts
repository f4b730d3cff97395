/** @file Reciprocal: Y = 1 / X */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Reciprocal = defineOp({
  type: 'Reciprocal',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = −dY · Y²
  grad: (g, { Y, dY }) => ({ X: () => g.neg(g.mul(dY, g.mul(Y, Y))) }),
  samples: [{ X: { shape: [2, 3], from: 0.3, to: 3 } }],
});
