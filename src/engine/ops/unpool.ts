/**
 * @file The gradient of a maximum over windows that lie side by side, without indices, which cost many times the maximum itself.
 *
 *     m = [X = up(Y)]      the places of all maxima; up repeats every element over its window
 *     dX = first(m) · up(dY)
 *
 * The first of the equal maxima of a window is found by one product where the rows of a window are short enough, and by ranks otherwise:
 *
 *     first(m) = max(0, m · (I − E))     E[i, j] = [i is in the window of j, and before it]
 *     first(m) = [r = up(max r)]         r = m · w, with w = n, n − 1, …, 1 inside every window of n places
 */

import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { int64s, tensorOf } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';
import type { Window } from './windows.ts';

/** Undefined where the windows overlap, leave gaps or are padded, or where a size is known only at run time. */
export function spreadToFirstMaxima(
  g: GraphBuilder,
  X: KnownValue,
  Y: KnownValue,
  dY: KnownValue,
  windows: readonly Window[],
): KnownValue | undefined {
  const sizes = X.type.shape.slice(2);
  const counts = Y.type.shape.slice(2);
  const covered = windows.map(({ kernel }, axis) => kernel * Number(counts[axis]));
  const areSideBySide = windows.every(
    ({ kernel, stride, dilation, padBegin, padEnd }) => kernel === stride && dilation === 1 && padBegin === 0 && padEnd === 0,
  );
  if (!areSideBySide || sizes.some((size, axis) => typeof size !== 'number' || !((covered[axis] as number) <= size))) return undefined;
  const kernel = windows.map((window) => window.kernel);
  const inside = crop(g, X, covered);
  const maxima = g.cast(g.equal(inside, repeat(g, Y, kernel)), X.type.dtype);
  const first = firstByProduct(g, maxima, covered, kernel) ?? firstByRank(g, maxima, covered, kernel);
  return padTo(g, g.mul(first, repeat(g, dY, kernel)), sizes as readonly number[], covered);
}

/** A product with a matrix of this many rows costs less than the passes over memory that it saves; with fewer than the least it does not. */
const [LEAST_BLOCK, MOST_BLOCK] = [16, 128];

/** By one product of the blocks of elements that windows share: the rows of one window, from one end to the other. */
function firstByProduct(g: GraphBuilder, maxima: KnownValue, sizes: readonly number[], kernel: readonly number[]): KnownValue | undefined {
  const block = (kernel[0] as number) * product(sizes.slice(1));
  if (block < LEAST_BLOCK || block > MOST_BLOCK) return undefined;
  const window = Array.from({ length: block }, (_, flat) => windowAt(flat, sizes, kernel));
  const values = window.flatMap((_, i) => window.map((own, j) => (i === j ? 1 : i < j && window[i] === own ? -1 : 0)));
  const matrix = g.constant(tensorOf(maxima.type.dtype as 'float32', [block, block], values));
  return g.reshapeLike(g.one('Relu', [g.gemm(g.reshape(maxima, [-1, block]), matrix)]), maxima);
}

/** Names the window that holds an element of a block. */
function windowAt(flat: number, sizes: readonly number[], kernel: readonly number[]): string {
  const parts: number[] = [];
  let rest = flat;
  for (let axis = sizes.length - 1; axis > 0; axis--) {
    const size = sizes[axis] as number;
    parts.push(Math.floor((rest % size) / (kernel[axis] as number)));
    rest = Math.floor(rest / size);
  }
  return parts.join();
}

function firstByRank(g: GraphBuilder, maxima: KnownValue, sizes: readonly number[], kernel: readonly number[]): KnownValue {
  const ranked = g.mul(maxima, g.constant(ranks(sizes, kernel, maxima.type.dtype)));
  const largest = g.one('MaxPool', [ranked], { kernel_shape: kernel, strides: kernel });
  return g.cast(g.equal(ranked, repeat(g, largest, kernel)), maxima.type.dtype);
}

/** Every element repeated over its window. */
function repeat(g: GraphBuilder, x: KnownValue, kernel: readonly number[]): KnownValue {
  const scales = g.constant(tensorOf('float32', [kernel.length + 2], [1, 1, ...kernel]));
  const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  return g.one('Resize', [x, undefined, scales], attributes);
}

/** n, n − 1, …, 1 in the order of the places inside every window. */
function ranks(sizes: readonly number[], kernel: readonly number[], dtype: KnownValue['type']['dtype']) {
  const count = product(kernel);
  const values = Array.from({ length: product(sizes) }, (_, flat) => {
    let [rest, place, step] = [flat, 0, 1];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const [size, width] = [sizes[axis] as number, kernel[axis] as number];
      place += ((rest % size) % width) * step;
      rest = Math.floor(rest / size);
      step *= width;
    }
    return count - place;
  });
  return tensorOf(dtype as 'float32', sizes, values);
}

/** Without the rest at the end of each axis that no window covers. */
function crop(g: GraphBuilder, X: KnownValue, covered: readonly number[]): KnownValue {
  const axes = covered.map((_, axis) => axis + 2);
  if (axes.every((axis, i) => X.type.shape[axis] === covered[i])) return X;
  const vectors = [covered.map(() => 0), covered, axes];
  return g.one('Slice', [X, ...vectors.map((vector) => g.constant(int64s(vector)))]);
}

function padTo(g: GraphBuilder, x: KnownValue, sizes: readonly number[], covered: readonly number[]): KnownValue {
  const rest = sizes.map((size, axis) => size - (covered[axis] as number));
  if (rest.every((count) => count === 0)) return x;
  return g.one('Pad', [x, g.constant(int64s([0, 0, ...sizes.map(() => 0), 0, 0, ...rest]))]);
}
