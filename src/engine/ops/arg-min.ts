/** @file ArgMin: the position of the smallest element along an axis. */

import { int } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { withoutAxis } from './reductions.ts';
import { positions } from './rules.ts';

export const ArgMin = defineOp({
  type: 'ArgMin',
  inputs: ['data'],
  outputs: ['reduced'],
  attributes: { axis: int(0), keepdims: int(1), select_last_index: int(0) },
  infer: ({ data }, { axis, keepdims }) => ({ reduced: positions(withoutAxis(data, axis, keepdims)) }),
  flat: 'positions are whole numbers, which change in jumps',
  samples: [],
});
