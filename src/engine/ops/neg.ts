/** @file Neg: Y = −X */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Neg = defineOp({
  type: 'Neg',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = −dY
  grad: (g, { dY }) => ({ X: () => g.neg(dY) }),
  samples: unarySamples,
});
