/** @file Ceil: the smallest whole number that is not below X. */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Ceil = defineOp({
  type: 'Ceil',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  notDifferentiable: 'it is flat between jumps: its derivative is zero or does not exist',
  samples: [],
});
