/** @file Tanh: Y = tanh X */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Tanh = defineOp({
  type: 'Tanh',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY · (1 − Y²)
  grad: (g, { Y, dY }) => ({ X: () => g.mul(dY, g.sub(1, g.mul(Y, Y))) }),
  samples: unarySamples,
});
