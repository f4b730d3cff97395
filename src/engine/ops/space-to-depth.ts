/** @file SpaceToDepth: moves blocks of pixels into channels. */

import { int } from '../graph/attributes.ts';
import { divideDims, multiplyDims } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { requireNumber, scaled } from './windows.ts';

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
    const [batch, channels, height, width] = input.type.shape as readonly [Dim, Dim, Dim, Dim];
    const C = requireNumber(channels);
    const [down, across] = [scaled(g, input, [], 1 / b, [2]), scaled(g, input, [], 1 / b, [3])];
    const parts = [g.constant(int64s([-1, C])), down, g.constant(int64s([b])), across, g.constant(int64s([b]))];
    const placed = g.transpose(g.reshape(input, g.concat(parts, 0)), [0, 3, 5, 1, 2, 4]);
    const shape = [batch, C * b * b, divideDims(height, b), divideDims(width, b)];
    return { output: g.typed(g.reshape(placed, g.concat([g.constant(int64s([-1, C * b * b])), down, across], 0)), shape) };
  },
  samples: [{ input: [2, 2, 4, 6], attributes: { blocksize: 2 } }],
});
