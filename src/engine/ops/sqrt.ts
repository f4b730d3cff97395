/** @file Sqrt: Y = √X */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Sqrt = defineOp({
  type: 'Sqrt',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY / (2Y)
  grad: (g, { Y, dY }) => ({ X: () => g.div(dY, g.mul(Y, 2)) }),
  samples: [{ X: { shape: [2, 3], from: 0.3, to: 3 } }],
});
