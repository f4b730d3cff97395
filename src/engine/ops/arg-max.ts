/** @file ArgMax: the position of the largest element along an axis. */

import { int } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { withoutAxis } from './reductions.ts';
import { positions } from './rules.ts';

export const ArgMax = defineOp({
  type: 'ArgMax',
  inputs: ['data'],
  outputs: ['reduced'],
  attributes: { axis: int(0), keepdims: int(1), select_last_index: int(0) },
  infer: ({ data }, { axis, keepdims }) => ({ reduced: positions(withoutAxis(data, axis, keepdims)) }),
  flat: 'positions are whole numbers, which change in jumps',
  samples: [],
});
