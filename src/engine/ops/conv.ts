/** @file Conv: Y[n, m, p] = Σ over c, k of X[n, c, p·stride + k·dilation − pad] · W[m, c, k] + B[m], in groups of channels. */

import { MoatError } from '../errors.ts';
import { type AttributeValues, int, optional } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { isStatic, multiplyDims, sameDim, showType, unknownDim } from '../graph/dims.ts';
import type { Dim, TensorType } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { int64s } from '../tensor/make.ts';
import { correlate } from './correlate.ts';
import { correlateAnySize } from './correlate-any-size.ts';
import { defineOp } from './define.ts';
import { fitTo } from './fit-to.ts';
import { outputSize, padsOf, reachOf, requireSizes, type Window, windowAttributes, windowsOf } from './windows.ts';

export const convAttributes = { ...windowAttributes, group: int(1), kernel_shape: optional.ints };

export const Conv = defineOp({
  type: 'Conv',
  inputs: ['X', 'W', 'B?'],
  outputs: ['Y'],
  attributes: convAttributes,

  infer: ({ X, W }, attributes) => ({ Y: convType(X, W, attributes) }),

  // dX: dY spread back through the kernel, a transposed convolution.
  // dW[m, c, k] = Σ over n, p of dY[n, m, p] · X[n, c, p·stride + k·dilation − pad], one matrix product a sample.
  // dB = Σ over n, p of dY
  grad: (g, { X, W, dY }, attributes) => {
    const { group, auto_pad } = attributes;
    const anySize = !isStatic(X.type.shape.slice(2)) && !auto_pad.startsWith('SAME');
    const windows = (): Window[] =>
      windowsOf(requireSizes(W.type.shape), anySize ? X.type.shape.slice(2) : requireSizes(X.type.shape), attributes);
    return {
      X: () => spreadBack(g, X, W, dY, windows(), group),
      W: () => (anySize ? correlateAnySize : correlate)(g, X, W, dY, windows(), group),
      B: () => g.reduceSum(dY, [0, ...X.type.shape.slice(2).map((_, axis) => axis + 2)]),
    };
  },

  samples: [
    { X: [2, 3, 5, 4], W: [4, 3, 3, 3], B: [4], attributes: { pads: [1, 1, 1, 1] } },
    { X: [1, 2, 7, 6], W: [2, 2, 3, 2], attributes: { strides: [2, 3], pads: [1, 0, 0, 1] } },
    { X: [2, 4, 6, 6], W: [6, 2, 2, 3], B: [6], attributes: { group: 2, dilations: [2, 1] } },
    { X: [2, 3, 5, 5], W: [3, 1, 3, 3], attributes: { group: 3, strides: [2, 2], auto_pad: 'SAME_UPPER' } },
    { X: [2, 3, 4, 4], W: [5, 3, 1, 1] },
    { X: [2, 3, 8], W: [4, 3, 3], attributes: { pads: [2, 0], dilations: [2] } },
    { X: [1, 2, 3, 4, 3], W: [2, 2, 2, 2, 2], attributes: { strides: [1, 2, 1] } },
  ],
});

/** The type of the result. @throws MoatError `SHAPE_CONV` */
export function convType(X: Known, W: Known, attributes: AttributeValues<typeof convAttributes>): TensorType {
  const channels = multiplyDims(W.shape[1] as Dim, attributes.group);
  const given = X.shape[1] as Dim;
  if (X.shape.length !== W.shape.length || (typeof given === 'number' && typeof channels === 'number' && !sameDim(given, channels))) {
    throw new MoatError(`Conv cannot slide ${showType(W)} over ${showType(X)}`, {
      code: 'SHAPE_CONV',
      why: `the image has ${given} channels and the kernel reads ${channels}`,
      fix: 'images are [N, C, …], kernels [M, C / group, …]; check the layer before',
    });
  }
  const sizes = X.shape.slice(2);
  const kernel = W.shape.slice(2);
  const windows = isStatic(kernel) ? windowsOf(kernel, sizes, attributes) : undefined;
  const positions = sizes.map((size, axis) => (windows === undefined ? unknownDim : outputSize(size, windows[axis] as Window)));
  return { dtype: X.dtype, shape: [X.shape[0] as Dim, W.shape[0] as Dim, ...positions] };
}

/** With stride 1 a plain convolution with the flipped kernel is the faster form of a transposed one. */
function spreadBack(g: GraphBuilder, X: KnownValue, W: KnownValue, dY: KnownValue, windows: readonly Window[], group: number): KnownValue {
  const dilations = windows.map(({ dilation }) => dilation);
  const flipped = windows.map((window) => ({
    ...window,
    padBegin: reachOf(window) - 1 - window.padBegin,
    padEnd: reachOf(window) - 1 - window.padEnd,
  }));
  const isPlain =
    group === 1 && windows.every(({ stride }) => stride === 1) && flipped.every(({ padBegin, padEnd }) => padBegin >= 0 && padEnd >= 0);
  const spatial = X.type.shape.slice(2);
  const strides = windows.map(({ stride }) => stride);
  if (!isStatic(spatial)) {
    const spread = g.one('ConvTranspose', [dY, W], { group, dilations, strides, pads: padsOf(windows) });
    return strides.every((stride) => stride === 1) ? g.typed(spread, X.type.shape) : fitTo(g, spread, X);
  }
  if (isPlain) return g.conv(dY, g.transpose(reversed(g, W), swapFirstTwo(W)), undefined, { pads: padsOf(flipped), dilations });
  const positions = requireSizes(dY.type.shape);
  return g.one('ConvTranspose', [dY, W], {
    group,
    dilations,
    strides,
    pads: padsOf(windows),
    output_padding: windows.map((window, axis) => {
      const covered = ((positions[axis] as number) - 1) * window.stride + reachOf(window) - window.padBegin - window.padEnd;
      return (spatial[axis] as number) - covered;
    }),
  });
}

/** The kernel reversed along every spatial axis, which are those from the third up to one. */
export function reversed(g: GraphBuilder, W: KnownValue, end?: number): KnownValue {
  const axes = W.type.shape.slice(2, end).flatMap((size, axis) => (size === 1 ? [] : [axis + 2]));
  if (axes.length === 0) return W;
  const each = (value: number): KnownValue => g.constant(int64s(axes.map(() => value)));
  return g.one('Slice', [W, each(-1), each(-(2 ** 31)), g.constant(int64s(axes)), each(-1)]);
}

function swapFirstTwo(W: KnownValue): number[] {
  return [1, 0, ...W.type.shape.slice(2).map((_, axis) => axis + 2)];
}
