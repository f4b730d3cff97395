/** @file GroupNormalization: Y = (X − mean) / √(variance + ε) · scale + bias, with the statistics of each group of channels (Wu & He 2018). */

import { float, int } from '../graph/attributes.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { normalize, perChannel } from './normalize.ts';
import { like } from './rules.ts';

export const GroupNormalization = defineOp({
  type: 'GroupNormalization',
  inputs: ['X', 'scale', 'bias'],
  outputs: ['Y'],
  attributes: { epsilon: float(1e-5), num_groups: int(1), stash_type: int(1) },
  infer: ({ X }) => ({ Y: like(X) }),
  // Scale and bias are given a channel since opset 21, and a group before.
  lower(g, { X, scale, bias }, { epsilon, num_groups }) {
    const { length: rank } = X.type.shape;
    const groups = g.one('Reshape', [X, g.constant(int64s([0, num_groups, -1]))]);
    const normalized = normalize(g, groups, [2], epsilon);
    if (g.opset < 21) return { Y: g.reshapeLike(g.add(g.mul(normalized, perChannel(g, scale, 3)), perChannel(g, bias, 3)), X) };
    return { Y: g.add(g.mul(g.reshapeLike(normalized, X), perChannel(g, scale, rank)), perChannel(g, bias, rank)) };
  },
  samples: [
    { X: [2, 4, 3], scale: [4], bias: [4], attributes: { num_groups: 2 }, opset: 21 },
    { X: [2, 3, 2, 2], scale: [3], bias: [3], attributes: { num_groups: 3, epsilon: 1e-2 }, opset: 21 },
  ],
});
