/** @file Flatten: all axes after the batch become one. */

import type { Layer } from './layer.ts';

export function flatten(): Layer {
  return { kind: 'flatten', build: ({ g }, x) => g.one('Flatten', [x], { axis: 1 }) };
}
