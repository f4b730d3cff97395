/** @file Softplus: Y = ln(1 + eˣ) */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Softplus = defineOp({
  type: 'Softplus',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY · σ(X)
  grad: (g, { X, dY }) => ({ X: () => g.mul(dY, g.sigmoid(X)) }),
  samples: unarySamples,
});
