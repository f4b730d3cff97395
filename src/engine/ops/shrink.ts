/** @file Shrink: Y = X − bias where X > lambd, X + bias where X < −lambd, else 0 */

import { float } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Shrink = defineOp({
  type: 'Shrink',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { lambd: float(0.5), bias: float(0) },
  infer: ({ X }) => ({ Y: like(X) }),
  lower: (g, { X }, { lambd, bias }) => ({
    Y: g.where(g.greater(X, lambd), g.sub(X, bias), g.where(g.less(X, -lambd), g.add(X, bias), 0)),
  }),
  samples: [{ X: [2, 3], attributes: { lambd: 0.8, bias: 0.5 } }],
});
