/** @file LessOrEqual: whether A ≤ B, with broadcasting. */

import { broadcastShapes } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { condition } from './rules.ts';

export const LessOrEqual = defineOp({
  type: 'LessOrEqual',
  inputs: ['A', 'B'],
  outputs: ['C'],
  infer: ({ A, B }) => ({ C: condition(broadcastShapes(A.shape, B.shape)) }),
  notDifferentiable: 'a comparison changes in jumps: its derivative is zero or does not exist',
  samples: [],
});
