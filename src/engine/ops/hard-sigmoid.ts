/** @file HardSigmoid: Y = max(0, min(1, alpha · X + beta)) */

import { float } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const HardSigmoid = defineOp({
  type: 'HardSigmoid',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { alpha: float(0.2), beta: float(0.5) },
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = alpha · dY where 0 < Y < 1, else 0
  grad: (g, { Y, dY }, { alpha }) => ({
    X: () => g.where(g.one('And', [g.greater(Y, 0), g.less(Y, 1)]), g.mul(dY, alpha), 0),
  }),
  samples: [{ X: { shape: [2, 3], from: -2, to: 2 } }, { X: { shape: [3], from: 3, to: 5 } }],
});
