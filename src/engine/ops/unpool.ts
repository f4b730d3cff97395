/**
 * @file The gradient of a maximum over windows that lie side by side, without indices, which cost many times the maximum itself.
 *
 *     m = [X = up(Y)]                 the places of all maxima; up repeats every element over its window
 *     r = m · w                       w: n, n − 1, …, 1 inside every window of n places, so that equal maxima differ
 *     dX = up(dY) where r = up(max r)   the first maximum of every window
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
  const ranked = g.mul(maxima, g.constant(ranks(covered, kernel, X.type.dtype)));
  const first = g.equal(ranked, repeat(g, g.one('MaxPool', [ranked], { kernel_shape: kernel, strides: kernel }), kernel));
  return padTo(g, g.mul(g.cast(first, X.type.dtype), repeat(g, dY, kernel)), sizes as readonly number[], covered);
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
