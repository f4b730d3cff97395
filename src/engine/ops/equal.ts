/** @file Equal: whether A = B, with broadcasting. */

import { broadcastShapes } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { condition, eachPair } from './rules.ts';

export const Equal = defineOp({
  type: 'Equal',
  inputs: ['A', 'B'],
  outputs: ['C'],
  infer: ({ A, B }) => ({ C: condition(broadcastShapes(A.shape, B.shape)) }),
  contents: ({ A, B }) => eachPair(A, B, (a, b) => (typeof a === 'number' && typeof b === 'number' ? Number(a === b) : undefined)),
  flat: 'a condition holds or does not: its derivative is zero wherever it exists',
  samples: [],
});
