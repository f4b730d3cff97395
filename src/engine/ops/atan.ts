/** @file Atan: Y = arctan X */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Atan = defineOp({
  type: 'Atan',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY / (1 + X²)
  grad: (g, { X, dY }) => ({ X: () => g.div(dY, g.add(g.mul(X, X), 1)) }),
  samples: unarySamples,
});
