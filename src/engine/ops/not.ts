/** @file Not: whether X does not hold. */

import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Not = defineOp({
  type: 'Not',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: like(X) }),
  contents: ({ X }) => X.contents?.map((item) => (item === 0 ? 1 : 0)),
  flat: 'a condition holds or does not: its derivative is zero wherever it exists',
  samples: [],
});
