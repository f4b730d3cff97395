/** @file Min: the lesser of any number of operands, element by element, with broadcasting. */

import { defineOp } from './define.ts';
import { broadcast } from './rules.ts';
import { sumTo } from './sum-to.ts';

export const Min = defineOp({
  type: 'Min',
  inputs: ['...data'],
  outputs: ['Y'],
  infer: ({ data }) => ({ Y: broadcast(...data) }),
  // d data[i] = dY / n where data[i] = Y, n operands being tied for it; else 0
  grad: (g, { data, Y, dY }) => ({
    data(index: number) {
      const wins = data.map((operand) => g.cast(g.equal(operand, Y), Y.type.dtype));
      const ties = wins.reduce(g.add);
      return sumTo(g, g.mul(dY, g.div(wins[index] ?? ties, ties)), data[index] ?? dY);
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
