/** @file Sinh: Y = sinh X */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Sinh = defineOp({
  type: 'Sinh',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY · cosh X
  grad: (g, { X, dY }) => ({ X: () => g.mul(dY, g.one('Cosh', [X])) }),
  samples: unarySamples,
});
