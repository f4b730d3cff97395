/** @file Atanh: Y = artanh X */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Atanh = defineOp({
  type: 'Atanh',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY / (1 − X²)
  grad: (g, { X, dY }) => ({ X: () => g.div(dY, g.sub(1, g.mul(X, X))) }),
  samples: [{ X: { shape: [2, 3], from: -0.8, to: 0.8 } }],
});
