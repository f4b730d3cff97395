/** @file Sigmoid: Y = 1 / (1 + e⁻ˣ) */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Sigmoid = defineOp({
  type: 'Sigmoid',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY · Y · (1 − Y)
  grad: (g, { Y, dY }) => ({ X: () => g.mul(dY, g.mul(Y, g.sub(1, Y))) }),
  samples: unarySamples,
});
