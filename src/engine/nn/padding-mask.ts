/** @file Which places of a padded sequence are real: [batch, time] of token numbers becomes a mask of the same shape, true where there is a token. */

import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import type { Layer } from './layer.ts';
import { requireRank } from './sizes.ts';

export interface PaddingMaskOptions {
  /** The number that stands for nothing; 0 unless said otherwise. */
  readonly padding?: number;
}

/** For `{ mask }` of attention, transformer blocks and global pooling. */
export function paddingMask({ padding = 0 }: PaddingMaskOptions = {}): Layer {
  return {
    kind: 'paddingMask',
    build({ g, name }, x) {
      requireRank(name, x, 2, '[batch, time]');
      return g.not(g.equal(x, padding));
    },
  };
}

/** A mask [batch, time] as booleans; numbers are true where they are not 0. */
export function maskOver(g: GraphBuilder, layer: string, mask: KnownValue): KnownValue {
  requireRank(layer, mask, 2, 'a mask [batch, time]');
  return mask.type.dtype === 'bool' ? mask : g.cast(mask, 'bool');
}
