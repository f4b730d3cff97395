/** @file GreaterOrEqual: whether A ≥ B, with broadcasting. */

import { broadcastShapes } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { condition } from './rules.ts';

export const GreaterOrEqual = defineOp({
  type: 'GreaterOrEqual',
  inputs: ['A', 'B'],
  outputs: ['C'],
  infer: ({ A, B }) => ({ C: condition(broadcastShapes(A.shape, B.shape)) }),
  flat: 'a condition holds or does not: its derivative is zero wherever it exists',
  samples: [],
});
