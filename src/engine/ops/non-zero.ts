/** @file NonZero: positions of the elements that are not zero, one column each. */

import { unknownDim } from '../graph/dims.ts';
import { defineOp } from './define.ts';
import { positions } from './rules.ts';

export const NonZero = defineOp({
  type: 'NonZero',
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: positions([X.shape.length, unknownDim]) }),
  flat: 'positions are whole numbers, which change in jumps',
  samples: [],
});
