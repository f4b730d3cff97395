/** @file The gradient of a convolution by its kernel: an image correlated with the gradient of the result. */

import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { int64s } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';
import { requireSizes, type Window } from './windows.ts';

/** Every kernel position sees a shifted image: the shifted images as rows, times dY, summed over samples. */
export function correlate(
  g: GraphBuilder,
  X: KnownValue,
  W: KnownValue,
  dY: KnownValue,
  windows: readonly Window[],
  group: number,
): KnownValue {
  const positions = requireSizes(dY.type.shape);
  const [maps, channels, ...kernel] = W.type.shape as readonly number[];
  const rows = g.reshape(dY, [-1, group, (maps as number) / group, product(positions)]);
  const perSample = g.matMul(rows, g.swapLastTwo(shiftedImages(g, X, windows, positions, group)));
  // Kernel offsets came before channels; in W they come after.
  const offsetsFirst = g.reshape(g.reduceSum(perSample, [0]), [maps as number, product(kernel), channels as number]);
  return g.reshape(g.transpose(offsetsFirst, [0, 2, 1]), W.type.shape);
}

/** The image read at every kernel offset, one under the other: [N, group, offsets · channels of a group, positions]. */
export function shiftedImages(
  g: GraphBuilder,
  X: KnownValue,
  windows: readonly Window[],
  positions: readonly number[],
  group: number,
): KnownValue {
  const padded = pad(g, X, windows);
  const shape = [-1, group, (X.type.shape[1] as number) / group, product(positions)];
  const shifts = kernelOffsets(windows.map(({ kernel }) => kernel)).map((offset) =>
    g.reshape(window(g, padded, windows, offset, positions), shape),
  );
  return g.concat(shifts, 2);
}

/** The image read at one kernel offset, at every position. */
function window(
  g: GraphBuilder,
  padded: KnownValue,
  windows: readonly Window[],
  offset: readonly number[],
  positions: readonly number[],
): KnownValue {
  const starts = windows.map(({ dilation }, axis) => (offset[axis] as number) * dilation);
  const ends = windows.map(({ stride }, axis) => (starts[axis] as number) + ((positions[axis] as number) - 1) * stride + 1);
  const isWhole = windows.every(({ stride }, axis) => stride === 1 && starts[axis] === 0 && ends[axis] === padded.type.shape[axis + 2]);
  if (isWhole) return padded;
  const vectors = [starts, ends, windows.map((_, axis) => axis + 2), windows.map(({ stride }) => stride)];
  return g.one('Slice', [padded, ...vectors.map((vector) => g.constant(int64s(vector)))]);
}

function pad(g: GraphBuilder, X: KnownValue, windows: readonly Window[]): KnownValue {
  if (windows.every(({ padBegin, padEnd }) => padBegin === 0 && padEnd === 0)) return X;
  const pads = [0, 0, ...windows.map(({ padBegin }) => padBegin), 0, 0, ...windows.map(({ padEnd }) => padEnd)];
  return g.one('Pad', [X, g.constant(int64s(pads))]);
}

/** All positions inside a kernel, in row-major order. */
function kernelOffsets(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (offsets, size) => offsets.flatMap((offset) => Array.from({ length: size }, (_, k) => [...offset, k])),
    [[]],
  );
}
