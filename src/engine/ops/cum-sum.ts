/** @file CumSum: running sums along an axis, from either end, with or without the element itself. */

import { int } from '../graph/attributes.ts';
import { scalar } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const CumSum = defineOp({
  type: 'CumSum',
  inputs: ['x', 'axis'],
  outputs: ['y'],
  attributes: { exclusive: int(0), reverse: int(0) },
  noGrad: ['axis'],
  infer: ({ x }) => ({ y: like(x) }),
  // An element counts in all sums after it: dx is the running sum of dy from the other end.
  grad: (g, { axis, dy }, { exclusive, reverse }) => ({
    x: () => g.one('CumSum', [dy, axis], { exclusive, reverse: 1 - reverse }),
  }),
  samples: [
    { x: [2, 4], axis: scalar(1, 'int64') },
    { x: [3, 2], axis: scalar(0, 'int64'), attributes: { exclusive: 1, reverse: 1 } },
  ],
});
