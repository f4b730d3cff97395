/** @file com.microsoft.Gelu: Y = X · Φ(X), Φ the normal distribution function. */

import { defineOp } from '../define.ts';
import { like } from '../rules.ts';
import { gelu } from './formulas.ts';

export const Gelu = defineOp({
  type: 'Gelu',
  domain: 'com.microsoft',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  lower: (g, { X }) => ({ Y: gelu(g, X) }),
  samples: [{ X: [2, 3] }],
});
