/** @file Relu: Y = max(0, X) */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Relu = defineOp({
  type: 'Relu',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY where Y > 0, else 0
  grad: (g, { Y, dY }) => ({ X: () => g.where(g.greater(Y, 0), dY, 0) }),
  samples: unarySamples,
});
