/** @file IsNaN: whether each element is not a number. */

import { defineOp } from './define.ts';
import { condition } from './rules.ts';

export const IsNaN = defineOp({
  type: 'IsNaN',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: condition(X.shape) }),
  flat: 'a condition holds or does not: its derivative is zero wherever it exists',
  samples: [],
});
