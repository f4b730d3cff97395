/** @file Mod: the remainder of a division. */

import { int } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { broadcast } from './rules.ts';

export const Mod = defineOp({
  type: 'Mod',
  inputs: ['A', 'B'],
  outputs: ['C'],
  attributes: { fmod: int(0) },
  infer: ({ A, B }) => ({ C: broadcast(A, B) }),
  notDifferentiable: 'it jumps at every multiple of the divisor',
  samples: [],
});
