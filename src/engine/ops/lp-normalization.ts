/** @file LpNormalization: X divided by its norm along an axis, p = 1 or 2. */

import { int } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const LpNormalization = defineOp({
  type: 'LpNormalization',
  inputs: ['input'],
  outputs: ['output'],
  attributes: { axis: int(-1), p: int(2) },
  infer: ({ input }) => ({ output: like(input) }),
  lower(g, { input }, { axis, p }) {
    const norm = p === 1 ? g.reduceSum(g.abs(input), [axis], true) : g.sqrt(g.reduceSum(g.mul(input, input), [axis], true));
    return { output: g.div(input, norm) };
  },
  samples: [{ input: [2, 3] }, { input: [3, 2], attributes: { axis: 0, p: 1 } }],
});
