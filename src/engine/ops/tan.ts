/** @file Tan: Y = tan X */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Tan = defineOp({
  type: 'Tan',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY · (1 + Y²)
  grad: (g, { Y, dY }) => ({ X: () => g.mul(dY, g.add(g.mul(Y, Y), 1)) }),
  samples: [{ X: { shape: [2, 3], from: -1.2, to: 1.2 } }],
});
