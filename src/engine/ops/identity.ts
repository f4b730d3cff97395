/** @file Identity: Y = X */

import { defineOp } from './define.ts';
import { like, unarySamples } from './rules.ts';

export const Identity = defineOp({
  type: 'Identity',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  contents: ({ X }) => X.contents,
  // dX = dY
  grad: (_, { dY }) => ({ X: () => dY }),
  samples: unarySamples,
});
