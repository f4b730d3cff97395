/** @file Exp: Y = eˣ */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Exp = defineOp({
  type: 'Exp',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY · Y
  grad: (g, { Y, dY }) => ({ X: () => g.mul(dY, Y) }),
  samples: unarySamples,
});
