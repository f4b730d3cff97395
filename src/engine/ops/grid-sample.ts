/** @file GridSample (Jaderberg et al. 2015): an image or volume read at the places of a grid, whose coordinates run from −1 to 1. */

import { int, string } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Dim } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { int64s } from '../tensor/make.ts';
import { product, stridesOf } from '../tensor/shape.ts';
import { defineOp } from './define.ts';
import { type Sampling, type Tap, tapsOf } from './sampling.ts';
import { requireSizes } from './windows.ts';

export const GridSample = defineOp({
  type: 'GridSample',
  inputs: ['X', 'grid'],
  outputs: ['Y'],
  attributes: { align_corners: int(0), mode: string('linear'), padding_mode: string('zeros') },
  infer: ({ X, grid }) => ({ Y: { dtype: X.dtype, shape: [...X.shape.slice(0, 2), ...grid.shape.slice(1, -1)] } }),
  // Y = Σ over the elements around a place of their value times a weight, which is a product over the axes; sampling.ts has the weights.
  // The last number of a place belongs to the last axis but one axis earlier: x, y, z for depth, height, width read backwards.
  lower(g, { X, grid }, { align_corners, mode, padding_mode }) {
    const sizes = requireSizes(X.type.shape);
    const rank = sizes.length;
    const lines = sizes.map((size, axis): readonly Tap[] => {
      const c = g.squeeze(g.slice(grid, rank + 1, rank - 1 - axis, rank - axis), [rank + 1]);
      // With corners aligned −1 and 1 are the middles of the first and the last element, without the outer edges of them.
      const place = align_corners !== 0 ? g.mul(g.add(c, 1), (size - 1) / 2) : g.sub(g.mul(g.add(c, 1), size / 2), 0.5);
      const sampling: Sampling = { size, mode, padding: padding_mode, alignsCorners: align_corners !== 0 };
      return tapsOf(g, place, sampling);
    });
    const channelsLast = g.transpose(X, [0, ...sizes.map((_, axis) => axis + 2), 1]);
    const rows = g.reshape(channelsLast, [-1, X.type.shape[1] as Dim]);
    const strides = stridesOf(sizes);
    const first = g.mul(batchNumbers(g, X, rank + 1), g.constant(int64s([product(sizes)])));
    const read = combinations(lines).map((taps) => {
      const at = taps.reduce<KnownValue>(
        (sum, { index }, axis) => g.add(sum, g.mul(g.cast(index, 'int64'), g.constant(int64s([strides[axis] as number])))),
        first,
      );
      const values = g.gather(rows, at);
      const weights = taps.flatMap(({ weight }) => weight ?? []);
      return weights.length === 0
        ? values
        : g.mul(
            values,
            g.unsqueeze(
              weights.reduce((a, b) => g.mul(a, b)),
              [rank + 1],
            ),
          );
    });
    const Y = read.reduce((a, b) => g.add(a, b));
    return { Y: g.transpose(Y, [0, rank + 1, ...sizes.map((_, axis) => axis + 1)]) };
  },
  samples: [
    { X: [2, 2, 3, 4], grid: { shape: [2, 2, 3, 2], from: -1.3, to: 1.3 } },
    { X: [1, 2, 3, 4], grid: { shape: [1, 2, 3, 2], from: -1.3, to: 1.3 }, attributes: { align_corners: 1, padding_mode: 'border' } },
    { X: [1, 1, 4, 3], grid: { shape: [1, 3, 2, 2], from: -2, to: 2 }, attributes: { padding_mode: 'reflection' } },
    { X: [1, 1, 4, 3], grid: { shape: [1, 3, 2, 2], from: -2, to: 2 }, attributes: { align_corners: 1, padding_mode: 'reflection' } },
    { X: [1, 2, 4, 4], grid: { shape: [1, 2, 2, 2], from: -1.2, to: 1.2 }, attributes: { mode: 'cubic' } },
    {
      X: [1, 1, 4, 5],
      grid: { shape: [1, 2, 2, 2], from: -1.2, to: 1.2 },
      attributes: { mode: 'cubic', padding_mode: 'border', align_corners: 1 },
    },
    { X: [1, 2, 2, 3, 4], grid: { shape: [1, 2, 1, 2, 3], from: -0.9, to: 0.9 }, attributes: { align_corners: 1 } },
  ],
});

/** 0, 1, … along the batch, as whole numbers that broadcast against places of this rank. */
function batchNumbers(g: GraphBuilder, X: KnownValue, rank: number): KnownValue {
  const [batch] = X.type.shape;
  const shape = [-1, ...new Array<number>(rank - 1).fill(1)];
  if (typeof batch === 'number') return g.reshape(g.constant(int64s(Array.from({ length: batch }, (_, i) => i))), shape);
  const [zero, one] = [0, 1].map((n) => g.constant(n, 'int64')) as [KnownValue, KnownValue];
  return g.reshape(g.one('Range', [zero, g.gather(g.shapeOf(X), zero), one]), shape);
}

/** One tap of every axis, in all ways. */
function combinations(lines: readonly (readonly Tap[])[]): Tap[][] {
  return lines.reduce<Tap[][]>((all, taps) => all.flatMap((chosen) => taps.map((tap) => [...chosen, tap])), [[]]);
}
