/** @file Softmax: Y = eˣ / Σ eˣ along one axis. */

import { int } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Softmax = defineOp({
  type: 'Softmax',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { axis: int(-1) },
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = Y · (dY − Σ dY · Y)
  grad: (g, { Y, dY }, { axis }) => ({ X: () => g.mul(Y, g.sub(dY, g.reduceSum(g.mul(dY, Y), [axis], true))) }),
  samples: [{ X: [2, 3] }, { X: [2, 3, 2], attributes: { axis: 1 } }],
});
