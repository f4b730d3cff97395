/** @file Global pooling: one number a feature: images [batch, channels, …] over their places, sequences [batch, time, features] over time. */

import { MoatError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { showType } from '../graph/dims.ts';
import type { KnownValue } from '../graph/known.ts';
import type { Layer } from './layer.ts';
import { maskOver } from './padding-mask.ts';

/** A sequence may come with a mask [batch, time] of its real places; the others do not count. */
export type GlobalPoolInputs = readonly [x: KnownValue, also?: { readonly mask?: KnownValue }];

/** The mean; of a sequence without a real place 0. */
export function globalAveragePool(): Layer<GlobalPoolInputs> {
  return {
    kind: 'globalAveragePool',
    build({ g, name }, x, { mask } = {}) {
      const axes = placesOf(name, x);
      if (mask === undefined) return g.reduceMean(x, axes);
      const real = g.cast(realPlaces(g, name, x, mask), 'float32');
      return g.div(g.reduceSum(g.mul(x, real), [1]), g.max(g.reduceSum(real, [1]), 1));
    },
  };
}

/** The largest value; of a sequence without a real place −1e9. */
export function globalMaxPool(): Layer<GlobalPoolInputs> {
  return {
    kind: 'globalMaxPool',
    build({ g, name }, x, { mask } = {}) {
      const axes = placesOf(name, x);
      if (mask === undefined) return g.reduceMax(x, axes);
      return g.reduceMax(g.where(realPlaces(g, name, x, mask), x, -1e9), [1]);
    },
  };
}

/** The mask beside x: [batch, time, 1]. */
function realPlaces(g: GraphBuilder, layer: string, x: KnownValue, mask: KnownValue): KnownValue {
  if (x.type.shape.length !== 3) throw wrongRank(layer, x, 'with a mask it expects [batch, time, features]');
  return g.unsqueeze(maskOver(g, layer, mask), [2]);
}

function placesOf(layer: string, x: KnownValue): number[] {
  const rank = x.type.shape.length;
  if (rank === 3) return [1];
  if (rank === 4) return [2, 3];
  if (rank === 5) return [2, 3, 4];
  throw wrongRank(
    layer,
    x,
    'it expects [batch, time, features], [batch, channels, height, width] or [batch, channels, depth, height, width]',
  );
}

function wrongRank(layer: string, x: KnownValue, why: string): MoatError {
  return new MoatError(`${layer} cannot read ${showType(x.type)}`, { code: 'LAYER_RANK', why, fix: 'check the layer before it' });
}
