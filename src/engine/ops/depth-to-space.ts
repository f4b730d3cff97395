/** @file DepthToSpace: moves channels into blocks of pixels. */

import { int, string } from '../graph/attributes.ts';
import { divideDims, multiplyDims } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import { defineOp } from './define.ts';
import { requireNumber, scaled } from './windows.ts';

export const DepthToSpace = defineOp({
  type: 'DepthToSpace',
  inputs: ['input'],
  outputs: ['output'],
  attributes: { blocksize: int(1), mode: string('DCR') },
  infer({ input }, { blocksize: b }) {
    const [batch, channels, height, width] = input.shape as readonly [Dim, Dim, Dim, Dim];
    return { output: { dtype: input.dtype, shape: [batch, divideDims(channels, b * b), multiplyDims(height, b), multiplyDims(width, b)] } };
  },
  // DCR splits the channels [b, b, C], CRD [C, b, b]; each b goes behind the axis that it enlarges.
  lower(g, { input }, { blocksize: b, mode }) {
    const [batch, channels, height, width] = input.type.shape as readonly [Dim, Dim, Dim, Dim];
    const C = requireNumber(channels) / (b * b);
    const blocks = mode === 'CRD' ? [C, b, b] : [b, b, C];
    const apart = g.reshape(input, g.shapeVector([-1, ...blocks, height, width], input));
    const placed = g.transpose(apart, mode === 'CRD' ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
    return {
      output: g.typed(g.reshape(placed, scaled(g, input, [-1, C], b)), [batch, C, multiplyDims(height, b), multiplyDims(width, b)]),
    };
  },
  samples: [
    { input: [2, 8, 2, 3], attributes: { blocksize: 2 } },
    { input: [1, 8, 2, 3], attributes: { blocksize: 2, mode: 'CRD' } },
  ],
});
