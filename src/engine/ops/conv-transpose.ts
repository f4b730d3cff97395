/** @file ConvTranspose: spreads every element of X through the kernel: the gradient of a convolution by its image. */

import { int, optional } from '../graph/attributes.ts';
import { isStatic, multiplyDims, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import { correlate } from './correlate.ts';
import { correlateAnySize } from './correlate-any-size.ts';
import { defineOp } from './define.ts';
import { padsOf, reachOf, requireSizes, type Window, windowAttributes, windowsOf } from './windows.ts';

export const ConvTranspose = defineOp({
  type: 'ConvTranspose',
  inputs: ['X', 'W', 'B?'],
  outputs: ['Y'],
  attributes: {
    ...windowAttributes,
    group: int(1),
    kernel_shape: optional.ints,
    output_padding: optional.ints,
    output_shape: optional.ints,
  },

  infer({ X, W }, attributes) {
    const windows = windowsOf(requireSizes(W.shape), [], attributes);
    const sizes = X.shape.slice(2).map((size, axis): Dim => {
      const wanted = attributes.output_shape?.at(axis - windows.length);
      if (wanted !== undefined) return wanted;
      const window = windows[axis] as Window;
      if (typeof size !== 'number') return unknownDim;
      if (attributes.auto_pad.startsWith('SAME')) return size * window.stride;
      const extra = attributes.output_padding?.[axis] ?? 0;
      return (size - 1) * window.stride + reachOf(window) + extra - window.padBegin - window.padEnd;
    });
    return { Y: { dtype: X.dtype, shape: [X.shape[0] as Dim, multiplyDims(W.shape[1] as Dim, attributes.group), ...sizes] } };
  },

  // dX = Conv(dY, W); dW is that of this convolution, where dY is the image and X the gradient of its result; dB = Σ over n, p of dY.
  grad: (g, { X, W, dY }, attributes) => {
    const windows = (): Window[] => paddedWindows(requireSizes(W.type.shape), X.type.shape, dY.type.shape, attributes);
    const options = (): Record<string, number | readonly number[]> => ({
      group: attributes.group,
      pads: padsOf(windows()),
      strides: windows().map(({ stride }) => stride),
      dilations: windows().map(({ dilation }) => dilation),
    });
    return {
      X: () => g.typed(g.conv(dY, W, undefined, options()), X.type.shape),
      W: () => (isStatic(dY.type.shape.slice(2)) ? correlate : correlateAnySize)(g, dY, W, X, windows(), attributes.group),
      B: () => g.reduceSum(dY, [0, ...X.type.shape.slice(2).map((_, axis) => axis + 2)]),
    };
  },

  samples: [
    { X: [2, 3, 4, 3], W: [3, 2, 3, 3], B: [2], attributes: { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] } },
    { X: [1, 4, 3, 3], W: [4, 1, 2, 2], attributes: { group: 2 } },
    { X: [2, 2, 4], W: [2, 3, 3], attributes: { dilations: [2], strides: [2] } },
    { X: [1, 2, 3, 4], W: [2, 1, 3, 3], attributes: { strides: [2, 2], output_shape: [6, 8] } },
    { X: [1, 2, 3, 4], W: [2, 1, 4, 3], attributes: { strides: [2, 3], auto_pad: 'SAME_UPPER' } },
    { X: [1, 2, 4], W: [2, 1, 4], attributes: { strides: [2], auto_pad: 'SAME_LOWER' } },
  ],
});

/** With `output_shape` or automatic padding, the padding is what the output lacks; the odd element goes to the end for SAME_UPPER only. */
function paddedWindows(
  kernels: readonly number[],
  from: readonly Dim[],
  to: readonly Dim[],
  attributes: Parameters<typeof windowsOf>[2] & {
    readonly output_padding: readonly number[] | undefined;
    readonly output_shape: readonly number[] | undefined;
  },
): Window[] {
  const windows = windowsOf(kernels, [], attributes);
  if (attributes.output_shape === undefined && !attributes.auto_pad.startsWith('SAME')) return windows;
  const [before, after] = [requireSizes(from), requireSizes(to)];
  return windows.map((window, axis) => {
    const full = ((before[axis] as number) - 1) * window.stride + reachOf(window) + (attributes.output_padding?.[axis] ?? 0);
    const total = Math.max(0, full - (after[axis] as number));
    const [small, large] = [Math.floor(total / 2), Math.ceil(total / 2)];
    const [padBegin, padEnd] = attributes.auto_pad === 'SAME_UPPER' ? [small, large] : [large, small];
    return { ...window, padBegin, padEnd };
  });
}
