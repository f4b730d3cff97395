/** @file Clip: Y = min(max(X, low), high); a bound that is left out does not bound. */

import { scalar } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Clip = defineOp({
  type: 'Clip',
  inputs: ['X', 'low?', 'high?'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY where low ≤ X ≤ high, else 0; d low = Σ dY where X < low; d high = Σ dY where X > high
  grad: (g, { X, low, high, dY }) => ({
    X() {
      const above = low && g.where(g.greaterOrEqual(X, low), dY, 0);
      const inside = above ?? dY;
      return high ? g.where(g.lessOrEqual(X, high), inside, 0) : inside;
    },
    low: () => (low ? g.reduceSum(g.where(g.less(X, low), dY, 0)) : dY),
    high: () => (high ? g.reduceSum(g.where(g.greater(X, high), dY, 0)) : dY),
  }),
  samples: [
    { X: [2, 3], low: scalar(-0.6, 'float32'), high: scalar(0.7, 'float32') },
    { X: [4], low: scalar(0, 'float32') },
    { X: [6], low: { shape: [], from: -0.7, to: -0.6 }, high: { shape: [], from: 0.6, to: 0.7 } },
  ],
});
