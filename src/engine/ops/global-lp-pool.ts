/** @file GlobalLpPool: (Σ |x|^p)^(1/p) over all spatial axes, which stay with size 1. */

import { int } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { pooledAway } from './global-pool.ts';

export const GlobalLpPool = defineOp({
  type: 'GlobalLpPool',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { p: int(2) },
  infer: ({ X }) => ({ Y: pooledAway(X) }),
  lower(g, { X }, { p }) {
    const spatial = X.type.shape.map((_, axis) => axis).slice(2);
    return { Y: g.pow(g.reduceSum(g.pow(g.abs(X), p), spatial, true), 1 / p) };
  },
  samples: [{ X: [2, 3, 4, 2] }, { X: [1, 2, 3], attributes: { p: 3 } }],
});
