/** @file LeakyRelu: Y = X where X ≥ 0, alpha · X below. */

import { float } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const LeakyRelu = defineOp({
  type: 'LeakyRelu',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { alpha: float(0.01) },
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY where X > 0, alpha · dY elsewhere
  grad: (g, { X, dY }, { alpha }) => ({ X: () => g.where(g.greater(X, 0), dY, g.mul(dY, alpha)) }),
  samples: [{ X: [2, 3] }, { X: [4], attributes: { alpha: 0.2 } }],
});
