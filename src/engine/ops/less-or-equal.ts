/** @file LessOrEqual: whether A ≤ B, with broadcasting. */

import { broadcastShapes } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { condition } from './rules.ts';

export const LessOrEqual = defineOp({
  type: 'LessOrEqual',
  inputs: ['A', 'B'],
  outputs: ['C'],
  infer: ({ A, B }) => ({ C: condition(broadcastShapes(A.shape, B.shape)) }),
  flat: 'a condition holds or does not: its derivative is zero wherever it exists',
  samples: [],
});
