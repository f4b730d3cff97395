/** @file Round: the nearest whole number, halves to the even one. */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Round = defineOp({
  type: 'Round',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  flat: 'it changes only in jumps: its derivative is zero everywhere else',
  samples: [],
});
