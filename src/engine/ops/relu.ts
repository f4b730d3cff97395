/** @file Relu: Y = max(0, X) */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Relu = defineOp({
  type: 'Relu',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY · [Y > 0]; a product is faster than a choice
  grad: (g, { Y, dY }) => ({ X: () => g.mul(dY, g.cast(g.greater(Y, 0), Y.type.dtype)) }),
  samples: unarySamples,
});
