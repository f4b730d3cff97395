/** @file Rescale: y = scale · x + offset in float32, so that raw values (bytes of an image) can go in and travel small. */

import type { Layer } from './layer.ts';

export interface RescaleOptions {
  /** 1/255 brings bytes to 0 … 1. */
  readonly scale: number;
  /** 0 unless said otherwise. */
  readonly offset?: number;
}

export function rescale({ scale, offset = 0 }: RescaleOptions): Layer {
  return {
    kind: 'rescale',
    build({ g }, x) {
      const scaled = g.mul(g.cast(x, 'float32'), scale);
      return offset === 0 ? scaled : g.add(scaled, offset);
    },
  };
}
