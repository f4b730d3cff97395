/** @file Sign: −1, 0 or 1 by the sign of X. */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Sign = defineOp({
  type: 'Sign',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  flat: 'it changes only at 0: its derivative is zero everywhere else',
  samples: [],
});
