/** @file com.microsoft.nchwc.ReorderInput: an image with its channels in blocks. */

import { defineOp } from '../define.ts';
import { BLOCKED, unblocked } from './layout.ts';

export const ReorderInput = defineOp({
  type: 'ReorderInput',
  domain: BLOCKED,
  inputs: ['X'],
  outputs: ['Y'],
  infer: ({ X }) => ({ Y: X }),
  grad: (g, { dY }) => ({ X: () => unblocked(g, dY) }),
  samples: [],
});
