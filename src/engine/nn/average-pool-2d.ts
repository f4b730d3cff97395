/** @file AveragePool2d: the mean of each window, [batch, channels, height, width]. */

import type { Layer } from './layer.ts';
import { type Pool2dOptions, pool2d } from './max-pool-2d.ts';

export function averagePool2d(options: Pool2dOptions = {}): Layer {
  return pool2d('averagePool2d', 'AveragePool', options);
}
