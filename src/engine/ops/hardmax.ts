/** @file Hardmax: 1 at the first largest element along an axis, 0 elsewhere. */

import { int } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Hardmax = defineOp({
  type: 'Hardmax',
  inputs: ['input'],
  outputs: ['output'],
  attributes: { axis: int(-1) },
  infer: ({ input }) => ({ output: like(input) }),
  flat: 'which element is the largest changes in jumps',
  samples: [],
});
