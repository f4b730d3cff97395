/** @file Sum: the sum of any number of operands, with broadcasting. */

import { defineOp } from './define.ts';
import { broadcast } from './rules.ts';
import { sumTo } from './sum-to.ts';

export const Sum = defineOp({
  type: 'Sum',
  inputs: ['...data'],
  outputs: ['sum'],
  infer: ({ data }) => ({ sum: broadcast(...data) }),
  // d data[i] = d sum, summed over what was broadcast
  grad: (g, { data, dsum }) => ({ data: (index: number) => sumTo(g, dsum, data[index] ?? dsum) }),
  samples: [{ data: [[2, 3], [3], [2, 1]] }],
});
