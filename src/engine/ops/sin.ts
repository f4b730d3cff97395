/** @file Sin: Y = sin X */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Sin = defineOp({
  type: 'Sin',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY · cos X
  grad: (g, { X, dY }) => ({ X: () => g.mul(dY, g.cos(X)) }),
  samples: unarySamples,
});
