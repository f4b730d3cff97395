/** @file Or: whether one of them holds, with broadcasting. */

import { broadcastShapes } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { condition } from './rules.ts';

export const Or = defineOp({
  type: 'Or',
  inputs: ['A', 'B'],
  outputs: ['C'],
  infer: ({ A, B }) => ({ C: condition(broadcastShapes(A.shape, B.shape)) }),
  notDifferentiable: 'it takes conditions, which have no derivative',
  samples: [],
});
