/** @file MaxPool: the largest element of every window. */

import { int } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Dim } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { defineOp } from './define.ts';
import { positions } from './rules.ts';
import { spreadToFirstMaxima } from './unpool.ts';
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
  // dX = dY at the place in its window where each maximum was found, the first of equal ones; added up where windows overlap.
  grad: (g, { X, Y, dY }, attributes) => ({
    X() {
      const windows = windowsOf(attributes.kernel_shape ?? [], X.type.shape.slice(2), attributes);
      return spreadToFirstMaxima(g, X, Y, dY, windows) ?? scatter(g, X, dY, attributes, windows);
    },
  }),
  samples: [
    { X: [2, 2, 4, 4], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { X: [1, 2, 3, 4], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { X: [2, 1, 5, 8], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { X: [1, 2, 5, 4], attributes: { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] } },
    { X: [2, 3, 7], attributes: { kernel_shape: [3], strides: [3], ceil_mode: 1 } },
    { X: [1, 2, 9], attributes: { kernel_shape: [2], strides: [2], dilations: [4] } },
  ],
});

/**
 * dY added up at the places (flat, over the whole tensor) that the forward node gives when asked once more, with its indices; equal nodes
 * become one afterwards.
 */
function scatter(
  g: GraphBuilder,
  X: KnownValue,
  dY: KnownValue,
  attributes: Readonly<Record<string, number | string | readonly number[] | undefined>>,
  windows: readonly Window[],
): KnownValue {
  const [, indices] = g.op('MaxPool', [X], { ...attributes, storage_order: 0 }, { outputs: 2 });
  const flat = g.fill(g.elementCount(X), 0, X.type.dtype);
  const places = g.reshape(indices ?? dY, [-1]);
  // Windows that do not overlap never choose the same element twice, and need no adding.
  const reduction = windows.some((window) => reachOf(window) > window.stride) ? 'add' : undefined;
  return g.reshapeLike(g.one('ScatterElements', [flat, places, g.reshape(dY, [-1])], { axis: 0, reduction }), X);
}
