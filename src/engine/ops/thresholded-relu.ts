/** @file ThresholdedRelu: Y = X where X > alpha, else 0 */

import { float } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const ThresholdedRelu = defineOp({
  type: 'ThresholdedRelu',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { alpha: float(1) },
  infer: ({ X }) => ({ Y: like(X) }),
  // dX = dY where X > alpha, else 0
  grad: (g, { X, dY }, { alpha }) => ({ X: () => g.where(g.greater(X, alpha), dY, 0) }),
  samples: [{ X: [2, 3] }, { X: [5], attributes: { alpha: 0.1 } }],
});
