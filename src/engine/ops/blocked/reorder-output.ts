/** @file com.microsoft.nchwc.ReorderOutput: an image whose channels lay in blocks, in ONNX's order. */

import { int } from '../../graph/attributes.ts';
import { defineOp } from '../define.ts';
import { BLOCKED } from './layout.ts';

export const ReorderOutput = defineOp({
  type: 'ReorderOutput',
  domain: BLOCKED,
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { channels: int(0) },
  infer: ({ X }) => ({ Y: X }),
  grad: (g, { dY }) => ({ X: () => g.one('ReorderInput', [dY], {}, { domain: BLOCKED }) }),
  samples: [],
});
