/** @file LayerNorm (Ba et al. 2016): y = (x − mean) / √(variance + ε) · scale + offset, over the last axis. */

import { initialisers } from './initialisers.ts';
import type { Layer } from './layer.ts';
import { knownSize } from './sizes.ts';

export interface LayerNormOptions {
  /** 1e-5 unless said otherwise. */
  readonly epsilon?: number;
}

export function layerNorm({ epsilon = 1e-5 }: LayerNormOptions = {}): Layer {
  return {
    kind: 'layerNorm',
    build({ g, name, parameter }, x) {
      const width = knownSize(name, x, -1);
      const scale = parameter('scale', [width], initialisers.constant(1));
      const offset = parameter('offset', [width], initialisers.zeros());
      return g.one('LayerNormalization', [x, scale, offset], { axis: -1, epsilon });
    },
  };
}
