/**
 * @file Adds where a place stands to what stands there (Vaswani et al. 2017, section 3.5); [batch, time, width] in and out.
 *
 *     PE(t, 2i) = sin(t / 10000^(2i/width))        PE(t, 2i+1) = cos(t / 10000^(2i/width))
 *
 * Attention alone sees a set; without this the order of words is lost.
 */

import { tensorOf } from '../tensor/make.ts';
import type { Layer } from './layer.ts';
import { knownSize, requireRank } from './sizes.ts';

export function positionalEncoding(): Layer {
  return {
    kind: 'positionalEncoding',
    build({ g, name, buffer }, x) {
      requireRank(name, x, 3, '[batch, time, features]');
      const [time, width] = [knownSize(name, x, 1), knownSize(name, x, 2)];
      const data = Float32Array.from({ length: time * width }, (_, at) => encode(Math.floor(at / width), at % width, width));
      return g.add(x, buffer('encoding', tensorOf('float32', [time, width], data)));
    },
  };
}

function encode(t: number, feature: number, width: number): number {
  const angle = t / 10_000 ** ((feature - (feature % 2)) / width);
  return feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
}
