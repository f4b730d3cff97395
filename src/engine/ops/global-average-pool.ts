/** @file GlobalAveragePool: the mean over all spatial axes, which stay with size 1. */

import { defineOp } from './define.ts';
import { pooledAway } from './global-pool.ts';
import { countOf, spread } from './reductions.ts';

export const GlobalAveragePool = defineOp({
  type: 'GlobalAveragePool',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: pooledAway(X) }),
  // dX = dY / n everywhere, n elements a channel
  grad: (g, { X, dY }) => ({ X: () => spread(g, g.div(dY, countOf(g, dY, X)), X) }),
  samples: [{ X: [2, 3, 4, 2] }],
});
