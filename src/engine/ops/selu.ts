/** @file Selu: Y = gamma · X where X > 0, gamma · alpha · (eˣ − 1) below (Klambauer et al. 2017). */

import { float } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Selu = defineOp({
  type: 'Selu',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { alpha: float(1.6732632), gamma: float(1.050701) },
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = gamma · dY where X > 0, dY · gamma · alpha · eˣ = dY · (Y + gamma · alpha) elsewhere
  grad: (g, { X, Y, dY }, { alpha, gamma }) => ({
    X: () => g.where(g.greater(X, 0), g.mul(dY, gamma), g.mul(dY, g.add(Y, gamma * alpha))),
  }),
  samples: [{ X: [2, 3] }],
});
