/** @file HardSwish: Y = X · max(0, min(1, X/6 + ½)) (Howard et al. 2019) */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const HardSwish = defineOp({
  type: 'HardSwish',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = 0 where X ≤ −3, dY where X ≥ 3, dY · (X/3 + ½) between
  grad: (g, { X, dY }) => ({
    X() {
      const slope = g.add(g.mul(X, 1 / 3), 0.5);
      return g.mul(dY, g.where(g.lessOrEqual(X, -3), 0, g.where(g.greaterOrEqual(X, 3), 1, slope)));
    },
  }),
  samples: [{ X: [2, 3] }, { X: { shape: [8], from: -5, to: 5 } }],
});
