/** @file LogSoftmax: Y = X − ln Σ eˣ along one axis. */

import { int } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const LogSoftmax = defineOp({
  type: 'LogSoftmax',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { axis: int(-1) },
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY − eʸ · Σ dY
  grad: (g, { Y, dY }, { axis }) => ({ X: () => g.sub(dY, g.mul(g.exp(Y), g.reduceSum(dY, [axis], true))) }),
  samples: [{ X: [2, 3] }, { X: [2, 3, 2], attributes: { axis: 0 } }],
});
