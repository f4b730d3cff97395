/** @file RMSNorm (Zhang & Sennrich 2019): y = x / √(mean(x²) + ε) · scale, over the last axis: LayerNorm without mean and offset. */

import { initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { knownSize } from './sizes.ts';

export interface RmsNormOptions {
  /** 1e-5 unless said otherwise. */
  readonly epsilon?: number;
}

export function rmsNorm({ epsilon = 1e-5 }: RmsNormOptions = {}): Layer {
  return {
    kind: 'rmsNorm',
    build({ g, name, parameter }, x) {
      const scale = parameter('scale', [knownSize(name, x, -1)], initialisers.constant(1));
      const size = g.sqrt(g.add(g.reduceMean(g.mul(x, x), [-1], true), epsilon));
      return g.mul(g.div(x, size), scale);
    },
  };
}
