/** @file Mean: the mean of any number of operands, element by element, with broadcasting. */

import { defineOp } from './define.ts';
import { broadcast } from './rules.ts';

export const Mean = defineOp({
  type: 'Mean',
  inputs: ['...data'],
  outputs: ['mean'],
  infer: ({ data }) => ({ mean: broadcast(...data) }),
  // The sum divided by the number of operands.
  lower: (g, { data }) => ({ mean: g.mul(g.one('Sum', data), 1 / data.length) }),
  samples: [{ data: [[2, 3], [3], [2, 1]] }],
});
