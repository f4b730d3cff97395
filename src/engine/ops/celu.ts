/** @file Celu: Y = max(0, X) + min(0, alpha · (e^(X/alpha) − 1)) */

import { float } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Celu = defineOp({
  type: 'Celu',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { alpha: float(1) },
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY where X > 0, else dY · e^(X/alpha); the exponent is kept below 0 where it is not used
  grad: (g, { X, dY }, { alpha }) => ({
    X: () => g.where(g.greater(X, 0), dY, g.mul(dY, g.exp(g.div(g.min(X, 0), alpha)))),
  }),
  samples: [{ X: [2, 3] }, { X: [4], attributes: { alpha: 1.7 } }],
});
