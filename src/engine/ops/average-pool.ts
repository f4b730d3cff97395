/** @file AveragePool: the mean of every window, counting padding only when told to. */

import { int } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { isStatic, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { int64s, tensorOf } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';
import { defineOp } from './define.ts';
import { fitTo } from './fit-to.ts';
import { outputSize, padsOf, poolAttributes, reachOf, requireSizes, roundedUp, type Window, windowsOf } from './windows.ts';

export const AveragePool = defineOp({
  type: 'AveragePool',
  inputs: ['X'],
  outputs: ['Y'],
  attributes: { ...poolAttributes, count_include_pad: int(0) },
  infer({ X }, attributes) {
    const sizes = X.shape.slice(2);
    const windows = windowsOf(attributes.kernel_shape ?? [], sizes, attributes);
    const shape = [
      ...X.shape.slice(0, 2),
      ...windows.map((window, axis) => outputSize(sizes[axis] as Dim, window, attributes.ceil_mode === 1)),
    ];
    return { Y: { dtype: X.dtype, shape } };
  },
  // dX = dY / (elements counted), spread over each window: a transposed convolution with a kernel of ones, a channel at a time.
  grad: (g, { X, dY }, attributes) => ({
    X() {
      const kernel = attributes.kernel_shape ?? [];
      if (!isStatic(X.type.shape.slice(2)) && attributes.ceil_mode === 0 && !attributes.auto_pad.startsWith('SAME'))
        return spreadAnySize(g, X, dY, windowsOf(kernel, [], attributes), attributes.count_include_pad === 1);
      const sizes = requireSizes(X.type.shape);
      const given = windowsOf(kernel, sizes, attributes);
      const windows = attributes.ceil_mode === 1 ? roundedUp(given, sizes) : given;
      const places = requireSizes(dY.type.shape);
      const counts = tensorOf('float32', [1, 1, ...places], countsOf(given, sizes, places, attributes.count_include_pad === 1));
      const shares = g.div(dY, g.cast(g.constant(counts), dY.type.dtype));
      const images = g.reshape(shares, [-1, 1, ...places]);
      const spread = g.one('ConvTranspose', [images, g.fill([1, 1, ...kernel], 1, dY.type.dtype)], {
        strides: windows.map(({ stride }) => stride),
        dilations: windows.map(({ dilation }) => dilation),
        pads: padsOf(windows),
        output_padding: windows.map((window, axis) => {
          const covered = ((places[axis] as number) - 1) * window.stride + reachOf(window) - window.padBegin - window.padEnd;
          return (sizes[axis] as number) - covered;
        }),
      });
      return g.reshapeLike(spread, X);
    },
  }),
  samples: [
    { X: [2, 2, 4, 4], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { X: [1, 2, 5, 5], attributes: { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 1] } },
    { X: [2, 3, 6], attributes: { kernel_shape: [3], pads: [1, 1], count_include_pad: 1 } },
    { X: [1, 2, 6, 7], attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 } },
    { X: [1, 1, 6], attributes: { kernel_shape: [3], strides: [2], pads: [1, 0], ceil_mode: 1, count_include_pad: 1 } },
  ],
});

/** For images whose size is known only at run time: a convolution counts the elements of each window. */
function spreadAnySize(g: GraphBuilder, X: KnownValue, dY: KnownValue, windows: readonly Window[], includePadding: boolean): KnownValue {
  const { dtype } = dY.type;
  const kernel = windows.map((window) => window.kernel);
  const ones = g.fill([1, 1, ...kernel], 1, dtype);
  const options = {
    strides: windows.map(({ stride }) => stride),
    dilations: windows.map(({ dilation }) => dilation),
    pads: padsOf(windows),
  };
  const spatial = (value: KnownValue, first: readonly number[]): KnownValue =>
    g.concat([g.constant(int64s(first)), g.slice(g.shapeOf(value), 0, 2, 2 + kernel.length)], 0);
  const count = includePadding
    ? g.constant(product(kernel), dtype)
    : g.conv(g.fill(spatial(X, [1, 1]), 1, dtype), ones, undefined, options);
  const images = g.reshape(g.div(dY, count), spatial(dY, [-1, 1]));
  const single = g.typed(images, [unknownDim, 1, ...dY.type.shape.slice(2)]);
  const spread = g.one('ConvTranspose', [single, ones], options);
  const shape = g.concat([g.slice(g.shapeOf(X), 0, 0, 2), spatial(spread, [])], 0);
  return fitTo(g, g.typed(g.reshape(spread, shape), X.type.shape), X);
}

/** How many elements each window averages; a product over the axes. */
function countsOf(windows: readonly Window[], sizes: readonly number[], places: readonly number[], includePadding: boolean): number[] {
  const perAxis = windows.map((window, axis) =>
    Array.from({ length: places[axis] as number }, (_, place) => insideOf(window, sizes[axis] as number, place, includePadding)),
  );
  return perAxis.reduce<number[]>((counts, axis) => counts.flatMap((count) => axis.map((inside) => count * inside)), [1]);
}

/** Padding may count, but never what lies beyond it, where the last windows hang over when positions are rounded up. */
function insideOf({ kernel, stride, dilation, padBegin, padEnd }: Window, size: number, place: number, includePadding: boolean): number {
  const reads = Array.from({ length: kernel }, (_, k) => place * stride - padBegin + k * dilation);
  const [first, end] = includePadding ? [-padBegin, size + padEnd] : [0, size];
  return reads.filter((at) => at >= first && at < end).length;
}
