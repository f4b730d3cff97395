/** @file Log: Y = ln X */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Log = defineOp({
  type: 'Log',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY / X
  grad: (g, { X, dY }) => ({ X: () => g.div(dY, X) }),
  samples: [{ X: { shape: [2, 3], from: 0.3, to: 3 } }],
});
