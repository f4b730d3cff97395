/** @file Min: the lesser of any number of operands, element by element, with broadcasting. */

import { defineOp } from './define.ts';
import { broadcast } from './rules.ts';
import { sumTo } from './sum-to.ts';

export const Min = defineOp({
  type: 'Min',
  inputs: ['...data'],
  outputs: ['Y'],
  infer: ({ data }) => ({ Y: broadcast(...data) }),
  // d data[i] = dY where data[i] is the first operand equal to Y; a tie has one winner, so that gradients add up to dY.
  grad: (g, { data, Y, dY }) => ({
    data(index: number) {
      const earlier = data.slice(0, index).map((other) => g.equal(other, Y));
      const own = data[index] ?? dY;
      const wins = earlier.reduce((open, taken) => g.one('And', [open, g.not(taken)]), g.equal(own, Y));
      return sumTo(g, g.where(wins, dY, 0), own);
    },
  }),
  samples: [
    {
      data: [
        [2, 3],
        [2, 3],
      ],
    },
    { data: [[2, 3], [3], [1]] },
  ],
});
