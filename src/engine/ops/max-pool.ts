/** @file MaxPool: the largest element of every window. */

import { int } from '../graph/attributes.ts';
import type { Dim } from '../graph/graph.ts';
import { defineOp } from './define.ts';
import { positions } from './rules.ts';
import { outputSize, poolAttributes, reachOf, type Window, windowsOf } from './windows.ts';

export const MaxPool = defineOp({
  type: 'MaxPool',
  inputs: ['X'],
  outputs: ['Y', 'Indices?'],
  flatOutputs: ['Indices'],
  attributes: { ...poolAttributes, storage_order: int(0) },
  infer({ X }, attributes) {
    const sizes = X.shape.slice(2);
    const windows = windowsOf(attributes.kernel_shape ?? [], sizes, attributes);
    const shape = [
      ...X.shape.slice(0, 2),
      ...windows.map((window, axis) => outputSize(sizes[axis] as Dim, window, attributes.ceil_mode === 1)),
    ];
    return { Y: { dtype: X.dtype, shape }, Indices: positions(shape) };
  },
  // dX = dY added up at the place in X (flat, over the whole tensor) where each maximum was found. The forward node is asked once more,
  // with its indices; equal nodes become one afterwards.
  grad: (g, { X, dY }, attributes) => ({
    X() {
      const [, indices] = g.op('MaxPool', [X], { ...attributes, storage_order: 0 }, { outputs: 2 });
      const flat = g.fill(g.elementCount(X), 0, X.type.dtype);
      const places = g.reshape(indices ?? dY, [-1]);
      const reduction = windowsOf(attributes.kernel_shape ?? [], [], attributes).some(overlaps) ? 'add' : undefined;
      return g.reshapeLike(g.one('ScatterElements', [flat, places, g.reshape(dY, [-1])], { axis: 0, reduction }), X);
    },
  }),
  samples: [
    { X: [2, 2, 4, 4], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { X: [1, 2, 5, 4], attributes: { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] } },
    { X: [2, 3, 7], attributes: { kernel_shape: [3], strides: [3], ceil_mode: 1 } },
    { X: [1, 2, 9], attributes: { kernel_shape: [2], strides: [2], dilations: [4] } },
  ],
});

/** Windows that do not overlap never choose the same element twice, and need no adding. */
function overlaps(window: Window): boolean {
  return reachOf(window) > window.stride;
}
