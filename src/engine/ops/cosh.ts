/** @file Cosh: Y = cosh X */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Cosh = defineOp({
  type: 'Cosh',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY · sinh X
  grad: (g, { X, dY }) => ({ X: () => g.mul(dY, g.one('Sinh', [X])) }),
  samples: unarySamples,
});
