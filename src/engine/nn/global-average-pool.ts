/** @file GlobalAveragePool: one mean a feature: images [batch, channels, …] over their places, sequences [batch, time, features] over time. */

import { MoatError } from '../errors.ts';
import { showType } from '../graph/dims.ts';
import type { Layer } from './layer.ts';

export function globalAveragePool(): Layer {
  return {
    kind: 'globalAveragePool',
    build({ g, name }, x) {
      const rank = x.type.shape.length;
      if (rank === 3) return g.reduceMean(x, [1]);
      if (rank === 4) return g.reduceMean(x, [2, 3]);
      throw new MoatError(`${name} cannot read ${showType(x.type)}`, {
        code: 'LAYER_RANK',
        why: 'it expects [batch, time, features] or [batch, channels, height, width]',
        fix: 'check the layer before it',
      });
    },
  };
}
