/** @file Windows that slide over the spatial axes of an image batch [N, C, …]: sizes, paddings, and what convolution and pooling share. */

import { MoatError } from '../errors.ts';
import { int, optional, string } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { isStatic, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { int64s } from '../tensor/make.ts';

export const windowAttributes = {
  auto_pad: string('NOTSET'),
  dilations: optional.ints,
  pads: optional.ints,
  strides: optional.ints,
};
export const poolAttributes = { ...windowAttributes, kernel_shape: optional.ints, ceil_mode: int(0) };

interface WindowAttributes {
  readonly auto_pad: string;
  readonly dilations: readonly number[] | undefined;
  readonly pads: readonly number[] | undefined;
  readonly strides: readonly number[] | undefined;
}

/** One spatial axis of a window. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBegin: number;
  readonly padEnd: number;
}

/** The window along each spatial axis. `sizes` are needed only where the padding is left to `auto_pad`. */
export function windowsOf(kernels: readonly number[], sizes: readonly Dim[], attributes: WindowAttributes): Window[] {
  return kernels.map((kernel, axis) => {
    const stride = attributes.strides?.[axis] ?? 1;
    const dilation = attributes.dilations?.[axis] ?? 1;
    const [padBegin, padEnd] = paddingOf(axis, kernels.length, attributes, { kernel, stride, dilation }, sizes[axis] as Dim);
    return { kernel, stride, dilation, padBegin, padEnd };
  });
}

/** How many positions a window takes along an axis. */
export function outputSize(size: Dim, window: Window, ceil = false): Dim {
  if (typeof size !== 'number') return unknownDim;
  const { stride, padBegin, padEnd } = window;
  const room = size + padBegin + padEnd - reachOf(window);
  if (room < 0) {
    throw new MoatError(`a window of ${reachOf(window)} does not fit into an axis of ${size}`, {
      code: 'SHAPE_WINDOW',
      why: `with padding ${padBegin} and ${padEnd} the axis is ${size + padBegin + padEnd} long`,
      fix: 'use a smaller kernel or dilation, more padding, or fewer layers that shrink the image',
    });
  }
  if (!ceil) return Math.floor(room / stride) + 1;
  const positions = Math.ceil(room / stride) + 1;
  // The last window must begin inside the image or its left padding.
  return (positions - 1) * stride >= size + padBegin ? positions - 1 : positions;
}

/** The windows with as much more padding at the end as rounding the number of positions up takes. */
export function roundedUp(windows: readonly Window[], sizes: readonly number[]): Window[] {
  return windows.map((window, axis) => {
    const size = sizes[axis] as number;
    const positions = outputSize(size, window, true) as number;
    const covered = (positions - 1) * window.stride + reachOf(window);
    return { ...window, padEnd: Math.max(window.padEnd, covered - size - window.padBegin) };
  });
}

/** @throws MoatError `GRADIENT_DYNAMIC_SIZE` */
export function requireNumber(size: Dim): number {
  return requireSizes([0, 0, size])[0] as number;
}

/** A shape: the first sizes given, then those of some axes of the image times a factor (whole, or one over a whole number). */
export function scaled(
  g: GraphBuilder,
  image: KnownValue,
  first: readonly number[],
  factor: number,
  axes: readonly number[] = [2, 3],
): KnownValue {
  const dims: readonly Dim[] = axes.map((axis) => image.type.shape[axis] as Dim);
  if (isStatic(dims)) return g.constant(int64s([...first, ...dims.map((dim) => dim * factor)]));
  const sizes = g.gather(g.shapeOf(image), g.constant(int64s(axes)));
  const [times, over] = [Math.max(1, factor), Math.round(Math.max(1, 1 / factor))].map((each) => g.constant(int64s([each]))) as [
    KnownValue,
    KnownValue,
  ];
  return g.concat([g.constant(int64s(first)), g.div(g.mul(sizes, times), over)], 0);
}

/** From the first to the last element that a window reads. */
export function reachOf({ kernel, dilation }: Pick<Window, 'kernel' | 'dilation'>): number {
  return (kernel - 1) * dilation + 1;
}

/** All begins, then all ends, as ONNX writes them. */
export function padsOf(windows: readonly Window[]): number[] {
  return [...windows.map(({ padBegin }) => padBegin), ...windows.map(({ padEnd }) => padEnd)];
}

/** Spatial sizes as numbers. @throws MoatError `GRADIENT_DYNAMIC_SIZE` when one is known only at run time */
export function requireSizes(shape: readonly Dim[]): number[] {
  return shape.slice(2).map((size) => {
    if (typeof size === 'number') return size;
    throw new MoatError(`the spatial size "${size}" is known only at run time`, {
      code: 'GRADIENT_DYNAMIC_SIZE',
      why: 'the gradient of a window needs the sizes of the image to place its pieces',
      fix: 'fix height and width in the inputs of the model; the batch may vary',
    });
  });
}

function paddingOf(
  axis: number,
  rank: number,
  { auto_pad, pads }: WindowAttributes,
  window: Pick<Window, 'kernel' | 'dilation' | 'stride'>,
  size: Dim,
): [number, number] {
  if (auto_pad === 'NOTSET') return [pads?.[axis] ?? 0, pads?.[axis + rank] ?? 0];
  if (auto_pad === 'VALID' || typeof size !== 'number') return [0, 0];
  // SAME: as many positions as the stride leaves, the odd element at the end (UPPER) or the beginning (LOWER).
  const total = Math.max(0, (Math.ceil(size / window.stride) - 1) * window.stride + reachOf(window) - size);
  const small = Math.floor(total / 2);
  return auto_pad === 'SAME_UPPER' ? [small, total - small] : [total - small, small];
}
