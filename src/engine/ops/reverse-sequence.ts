/** @file ReverseSequence: the first steps of each sequence, as many as it is long, in reverse order. */

import { int } from '../graph/attributes.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { like } from './rules.ts';

export const ReverseSequence = defineOp({
  type: 'ReverseSequence',
  inputs: ['input', 'sequence_lens'],
  outputs: ['Y'],
  attributes: { batch_axis: int(1), time_axis: int(0) },
  noGrad: ['sequence_lens'],
  infer: ({ input }) => ({ Y: like(input) }),
  // Reversing twice changes nothing: d input is dY reversed.
  grad: (g, { sequence_lens, dY }, attributes) => ({ input: () => g.one('ReverseSequence', [dY, sequence_lens], attributes) }),
  samples: [
    { input: [4, 2, 3], sequence_lens: int64s([4, 2]) },
    { input: [2, 3], sequence_lens: int64s([3, 2]), attributes: { batch_axis: 0, time_axis: 1 } },
  ],
});
