/** @file GlobalMaxPool: the largest element over all spatial axes, which stay with size 1. */

import { defineOp } from './define.ts';
import { pooledAway } from './global-pool.ts';

export const GlobalMaxPool = defineOp({
  type: 'GlobalMaxPool',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: pooledAway(X) }),
  // dX = dY / n where X = Y, n elements being tied for it; else 0
  grad: (g, { X, Y, dY }) => ({
    X() {
      const wins = g.cast(g.equal(X, Y), X.type.dtype);
      const ties = g.reduceSum(
        wins,
        X.type.shape.slice(2).map((_, axis) => axis + 2),
        true,
      );
      return g.mul(wins, g.div(dY, ties));
    },
  }),
  samples: [{ X: [2, 3, 4, 2] }],
});
