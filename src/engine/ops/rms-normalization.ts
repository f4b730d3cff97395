/** @file RMSNormalization: Y = X / √(mean of X² + ε) · scale over the axes from `axis` on (Zhang & Sennrich 2019). */

import { float, int } from '../graph/attributes.ts';
import { axisOf } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const RMSNormalization = defineOp({
  type: 'RMSNormalization',
  inputs: ['X', 'scale'],
  outputs: ['Y'],
  attributes: { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) },
  infer: ({ X }) => ({ Y: like(X) }),
  lower(g, { X, scale }, { axis, epsilon }) {
    const axes = X.type.shape.map((_, i) => i).slice(axisOf(axis, X.type.shape.length));
    const meanSquare = g.reduceMean(g.mul(X, X), axes, true);
    return { Y: g.mul(g.div(X, g.sqrt(g.add(meanSquare, epsilon))), scale) };
  },
  samples: [
    { X: [2, 3, 4], scale: [4] },
    { X: [2, 3, 4], scale: [3, 4], attributes: { axis: 1, epsilon: 1e-2 } },
  ],
});
