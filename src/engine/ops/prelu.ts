/** @file PRelu: Y = X where X ≥ 0, else slope · X; the slope is learned (He et al. 2015). */

import { defineOp } from './define.ts';
import { like } from './rules.ts';
import { sumTo } from './sum-to.ts';

export const PRelu = defineOp({
  type: 'PRelu',
  inputs: ['X', 'slope'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY where X ≥ 0, else dY · slope; dslope = dY · X where X < 0, else 0
  grad: (g, { X, slope, dY }) => ({
    X: () => g.where(g.less(X, 0), g.mul(dY, slope), dY),
    slope: () => sumTo(g, g.where(g.less(X, 0), g.mul(dY, X), 0), slope),
  }),
  samples: [
    { X: [2, 3], slope: [1] },
    { X: [2, 3, 4], slope: [3, 1] },
  ],
});
