/** @file Erf: Y = 2/√π · ∫₀ˣ e^(−t²) dt */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Erf = defineOp({
  type: 'Erf',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY · 2/√π · e^(−X²)
  grad: (g, { X, dY }) => ({ X: () => g.mul(dY, g.mul(g.exp(g.neg(g.mul(X, X))), 2 / Math.sqrt(Math.PI))) }),
  samples: unarySamples,
});
