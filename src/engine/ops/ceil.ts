/** @file Ceil: the smallest whole number that is not below X. */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Ceil = defineOp({
  type: 'Ceil',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  flat: 'it changes only in jumps: its derivative is zero everywhere else',
  samples: [],
});
