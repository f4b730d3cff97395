/** @file LpPool: (Σ |x|^p)^(1/p) over every window. */

import { int } from '../graph/attributes.ts';
import type { Dim } from '../graph/graph.ts';
import { defineOp } from './define.ts';
import { outputSize, padsOf, poolAttributes, requireSizes, roundedUp, windowsOf } from './windows.ts';

export const LpPool = defineOp({
  type: 'LpPool',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { ...poolAttributes, p: int(2) },
  infer({ X }, attributes) {
    const sizes = X.shape.slice(2);
    const windows = windowsOf(attributes.kernel_shape ?? [], sizes, attributes);
    const places = windows.map((window, axis) => outputSize(sizes[axis] as Dim, window, attributes.ceil_mode === 1));
    return { Y: { dtype: X.dtype, shape: [...X.shape.slice(0, 2), ...places] } };
  },
  // The sum over a window is a convolution with a kernel of ones, a channel at a time.
  lower(g, { X }, attributes) {
    const kernel = attributes.kernel_shape ?? [];
    const sizes = requireSizes(X.type.shape);
    const given = windowsOf(kernel, sizes, attributes);
    const windows = attributes.ceil_mode === 1 ? roundedUp(given, sizes) : given;
    const places = windows.map((window, axis) => outputSize(sizes[axis] as number, window) as number);
    const powers = g.reshape(g.pow(g.abs(X), attributes.p), [-1, 1, ...sizes]);
    const sums = g.conv(powers, g.fill([1, 1, ...kernel], 1, X.type.dtype), undefined, {
      pads: padsOf(windows),
      strides: windows.map(({ stride }) => stride),
      dilations: windows.map(({ dilation }) => dilation),
    });
    const [batch, channels] = X.type.shape as readonly [Dim, Dim];
    return { Y: g.pow(g.reshape(sums, g.shapeVector([batch, channels, ...places], X)), 1 / attributes.p) };
  },
  samples: [
    { X: [2, 2, 4, 4], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { X: [1, 2, 5], attributes: { kernel_shape: [3], pads: [1, 1], p: 3 } },
  ],
});
