/** @file The type rule of pooling over a whole image. */

import type { TensorType } from '../graph/graph.ts';
import type { Known } from '../graph/known.ts';

/** Spatial axes of size 1. */
export function pooledAway(X: Known): TensorType {
  return { dtype: X.dtype, shape: X.shape.map((dim, axis) => (axis < 2 ? dim : 1)) };
}
