/** @file Acosh: Y = arcosh X */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Acosh = defineOp({
  type: 'Acosh',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY / (√(X − 1) · √(X + 1))
  grad: (g, { X, dY }) => ({ X: () => g.div(dY, g.mul(g.sqrt(g.sub(X, 1)), g.sqrt(g.add(X, 1)))) }),
  samples: [{ X: { shape: [2, 3], from: 1.3, to: 3 } }],
});
