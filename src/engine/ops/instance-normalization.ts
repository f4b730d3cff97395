/** @file InstanceNormalization: Y = (X − mean) / √(variance + ε) · scale + B, with the statistics of each channel of each image. */

import { float } from '../graph/attributes.ts';
import { defineOp } from './define.ts';
import { normalize, perChannel } from './normalize.ts';
import { like } from './rules.ts';

export const InstanceNormalization = defineOp({
  type: 'InstanceNormalization',
  inputs: ['input', 'scale', 'B'],
  outputs: ['output'],
  attributes: { epsilon: float(1e-5) },
  infer: ({ input }) => ({ output: like(input) }),
  lower(g, { input, scale, B }, { epsilon }) {
    const spatial = input.type.shape.map((_, axis) => axis).slice(2);
    const { length: rank } = input.type.shape;
    return { output: g.add(g.mul(normalize(g, input, spatial, epsilon), perChannel(g, scale, rank)), perChannel(g, B, rank)) };
  },
  samples: [
    { input: [2, 3, 4], scale: [3], B: [3] },
    { input: [1, 2, 3, 2], scale: [2], B: [2], attributes: { epsilon: 1e-2 } },
  ],
});
