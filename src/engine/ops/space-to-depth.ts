/** @file SpaceToDepth: moves blocks of pixels into channels. */

import { int } from '../graph/attributes.ts';
import { divideDims, multiplyDims } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import { defineOp } from './define.ts';
import { requireImage } from './windows.ts';

export const SpaceToDepth = defineOp({
  type: 'SpaceToDepth',
  inputs: ['input'],
  outputs: ['output'],
  attributes: { blocksize: int(1) },
  infer({ input }, { blocksize: b }) {
    const [batch, channels, height, width] = input.shape as readonly [Dim, Dim, Dim, Dim];
    return { output: { dtype: input.dtype, shape: [batch, multiplyDims(channels, b * b), divideDims(height, b), divideDims(width, b)] } };
  },
  // Each block's own two axes go before the channels.
  lower(g, { input }, { blocksize: b }) {
    const [C, height, width] = requireImage(input.type.shape);
    const apart = g.reshape(input, [-1, C, height / b, b, width / b, b]);
    return { output: g.reshape(g.transpose(apart, [0, 3, 5, 1, 2, 4]), [-1, C * b * b, height / b, width / b]) };
  },
  samples: [{ input: [2, 2, 4, 6], attributes: { blocksize: 2 } }],
});
