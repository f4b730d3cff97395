/** @file Abs: Y = |X| */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Abs = defineOp({
  type: 'Abs',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY · sign(X); 0 at 0
  grad: (g, { X, dY }) => ({ X: () => g.mul(dY, g.sign(X)) }),
  samples: unarySamples,
});
