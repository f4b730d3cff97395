/** @file com.microsoft.QuickGelu: Y = X · σ(alpha · X) */

import { float } from '../../graph/attributes.ts';
import { defineOp } from '../define.ts';
import { like } from '../rules.ts';

export const QuickGelu = defineOp({
  type: 'QuickGelu',
  domain: 'com.microsoft',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { alpha: float(1.702) },
  infer: ({ X }) => ({ Y: like(X) }),
  lower: (g, { X }, { alpha }) => ({ Y: g.mul(X, g.sigmoid(g.mul(X, alpha))) }),
  samples: [{ X: [2, 3] }, { X: [4], attributes: { alpha: 1 } }],
});
