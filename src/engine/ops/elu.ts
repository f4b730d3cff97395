/** @file Elu: Y = X where X ≥ 0, alpha · (eˣ − 1) below. */

import { float } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Elu = defineOp({
  type: 'Elu',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { alpha: float(1) },
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY where X > 0, dY · alpha · eˣ = dY · (Y + alpha) elsewhere
  grad: (g, { X, Y, dY }, { alpha }) => ({ X: () => g.where(g.greater(X, 0), dY, g.mul(dY, g.add(Y, alpha))) }),
  samples: [{ X: [2, 3] }, { X: [4], attributes: { alpha: 0.5 } }],
});
