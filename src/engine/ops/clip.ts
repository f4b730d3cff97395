/** @file Clip: Y = min(max(X, low), high); a bound that is left out does not bound. */

import { scalar } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Clip = defineOp({
  type: 'Clip',
  inputs: ['X', 'low?', 'high?'],
  outputs: ['Y'],
  noGrad: ['low', 'high'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY where low ≤ X ≤ high, else 0
  grad: (g, { X, low, high, dY }) => ({
    X() {
      const above = low && g.where(g.greaterOrEqual(X, low), dY, 0);
      const inside = above ?? dY;
      return high ? g.where(g.lessOrEqual(X, high), inside, 0) : inside;
    },
  }),
  samples: [
    { X: [2, 3], low: scalar(-0.6, 'float32'), high: scalar(0.7, 'float32') },
    { X: [4], low: scalar(0, 'float32') },
  ],
});
