/** @file Acos: Y = arccos X */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Acos = defineOp({
  type: 'Acos',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = −dY / √(1 − X²)
  grad: (g, { X, dY }) => ({ X: () => g.neg(g.div(dY, g.sqrt(g.sub(1, g.mul(X, X))))) }),
  samples: [{ X: { shape: [2, 3], from: -0.8, to: 0.8 } }],
});
