/** @file Floor: the largest whole number that is not above X. */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Floor = defineOp({
  type: 'Floor',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  flat: 'it changes only in jumps: its derivative is zero everywhere else',
  samples: [],
});
