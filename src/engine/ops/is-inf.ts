/** @file IsInf: whether each element is infinite. */

import { int } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { condition } from './rules.ts';

export const IsInf = defineOp({
  type: 'IsInf',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { detect_negative: int(1), detect_positive: int(1) },
  infer: ({ X }) => ({ Y: condition(X.shape) }),
  flat: 'a condition holds or does not: its derivative is zero wherever it exists',
  samples: [],
});
