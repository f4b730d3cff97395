/** @file com.microsoft.FastGelu: Gelu by the tanh approximation, of X and of a bias where one is given. */

import { defineOp } from '../define.ts';
import { like } from '../rules.ts';
import { fastGelu, sumOf } from './formulas.ts';

export const FastGelu = defineOp({
  type: 'FastGelu',
  domain: 'com.microsoft',
  inputs: ['X', 'bias?'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  lower: (g, { X, bias }) => ({ Y: fastGelu(g, sumOf(g, X, bias)) }),
  samples: [{ X: [2, 3] }, { X: [2, 3], bias: [3] }],
});
