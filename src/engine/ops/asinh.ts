/** @file Asinh: Y = arsinh X */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Asinh = defineOp({
  type: 'Asinh',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY / √(X² + 1)
  grad: (g, { X, dY }) => ({ X: () => g.div(dY, g.sqrt(g.add(g.mul(X, X), 1))) }),
  samples: unarySamples,
});
