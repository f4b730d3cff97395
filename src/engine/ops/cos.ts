/** @file Cos: Y = cos X */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Cos = defineOp({
  type: 'Cos',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = −dY · sin X
  grad: (g, { X, dY }) => ({ X: () => g.neg(g.mul(dY, g.sin(X))) }),
  samples: unarySamples,
});
