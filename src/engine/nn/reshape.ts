/** @file Reshape: the axes after the batch in another arrangement, such as 784 pixels as [1, 28, 28]. */

import type { Layer } from './layer.ts';
import { requireCount } from './sizes.ts';

export interface ReshapeOptions {
  /** Without the batch. */
  readonly shape: readonly number[];
}

export function reshape({ shape }: ReshapeOptions): Layer {
  for (const size of shape) requireCount('reshape', 'shape', size);
  return { kind: 'reshape', build: ({ g }, x) => g.reshape(x, [x.type.shape[0] ?? 'batch', ...shape]) };
}
