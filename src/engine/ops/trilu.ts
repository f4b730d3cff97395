/** @file Trilu: the upper or lower triangle of matrices, with zeros elsewhere. */

import { int } from '../graph/attributes.ts';
import { scalar } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const Trilu = defineOp({
  type: 'Trilu',
  inputs: ['input', 'k?'],
  outputs: ['output'],
  attributes: { upper: int(1) },
  noGrad: ['k'],
  infer: ({ input }) => ({ output: like(input) }),
  // d input = the same triangle of d output
  grad: (g, { k, doutput }, { upper }) => ({ input: () => g.one('Trilu', [doutput, k], { upper }) }),
  samples: [{ input: [3, 4] }, { input: [2, 3, 3], k: scalar(-1, 'int64'), attributes: { upper: 0 } }],
});
