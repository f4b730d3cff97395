/** @file MaxPool2d: the largest value of each window, [batch, channels, height, width]. */

import type { Layer } from './layer.ts';
import { requireCount, requireRank } from './sizes.ts';

export interface Pool2dOptions {
  /** Side of the square window; 2 unless said otherwise. */
  readonly size?: number;
  /** The size unless said otherwise: windows do not overlap. */
  readonly stride?: number;
}

export function maxPool2d(options: Pool2dOptions = {}): Layer {
  return pool2d('maxPool2d', 'MaxPool', options);
}

/** Windows that would reach over the edge are left out. */
export function pool2d(kind: string, opType: 'MaxPool' | 'AveragePool', { size = 2, stride = size }: Pool2dOptions): Layer {
  requireCount(kind, 'size', size);
  requireCount(kind, 'stride', stride);
  return {
    kind,
    build({ g, name }, x) {
      requireRank(name, x, 4, '[batch, channels, height, width]');
      return g.one(opType, [x], { kernel_shape: [size, size], strides: [stride, stride] });
    },
  };
}
