/** @file RoiAlign (He et al. 2017): regions of an image read at a fixed number of places, averaged or their largest taken in bins. */

import { MoatError } from '../errors.ts';
import { float, int, string } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Dim } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { int64s, tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { tapsOf } from './sampling.ts';
import { requireSizes } from './windows.ts';

export const RoiAlign = defineOp({
  type: 'RoiAlign',
  inputs: ['X', 'rois', 'batch_indices'],
  outputs: ['Y'],
  attributes: {
    coordinate_transformation_mode: string('half_pixel'),
    mode: string('avg'),
    output_height: int(1),
    output_width: int(1),
    sampling_ratio: int(0),
    spatial_scale: float(1),
  },
  infer: ({ X, rois }, { output_height, output_width }) => ({
    Y: { dtype: X.dtype, shape: [rois.shape[0] as Dim, X.shape[1] as Dim, output_height, output_width] },
  }),
  // Along each axis a region from a to b has bins of (b − a)/bins; each is read at `ratio` places in even distance, linearly between the
  // elements. A place more than 1 outside the image reads 0. The runtime takes the largest not of what is read at the places, but of the four
  // weighed elements around each.
  lower(
    g,
    { X, rois, batch_indices },
    { coordinate_transformation_mode, mode, output_height, output_width, sampling_ratio, spatial_scale },
  ) {
    if (sampling_ratio < 1) throw notCovered();
    const isMean = mode === 'avg';
    const [height, width] = requireSizes(X.type.shape) as [number, number];
    const isHalf = coordinate_transformation_mode === 'half_pixel';
    const line = (begin: number, end: number, size: number, bins: number) => {
      const corner = (at: number): KnownValue => g.sub(g.mul(g.slice(rois, 1, at, at + 1), spatial_scale), isHalf ? 0.5 : 0);
      const span = g.sub(corner(end), corner(begin));
      const step = g.div(isHalf ? span : g.max(span, 1), bins);
      const shares = Array.from({ length: bins * sampling_ratio }, (_, k) => (k + 0.5) / sampling_ratio);
      const steps = g.constant(tensorOf(X.type.dtype as 'float32', [1, shares.length], shares));
      return taps(g, g.add(corner(begin), g.mul(step, steps)), size);
    };
    const rows = g.reshape(g.transpose(X, [0, 2, 3, 1]), [-1, X.type.shape[1] as Dim]);
    const first = g.unsqueeze(g.mul(g.cast(batch_indices, 'int64'), g.constant(int64s([height * width]))), [1, 2]);
    const across = line(0, 2, width, output_width);
    const read = line(1, 3, height, output_height).flatMap((y) =>
      across.map((x) => {
        const [row, column] = [g.unsqueeze(g.cast(y.index, 'int64'), [2]), g.unsqueeze(g.cast(x.index, 'int64'), [1])];
        const at = g.add(g.add(first, g.mul(row, g.constant(int64s([width])))), column);
        return g.mul(g.gather(rows, at), g.unsqueeze(g.mul(g.unsqueeze(y.weight, [2]), g.unsqueeze(x.weight, [1])), [3]));
      }),
    );
    const places = read.reduce((a, b) => (isMean ? g.add(a, b) : g.max(a, b)));
    const binned = g.reshape(places, [-1, output_height, sampling_ratio, output_width, sampling_ratio, X.type.shape[1] as Dim]);
    return { Y: g.transpose(isMean ? g.reduceMean(binned, [2, 4]) : g.reduceMax(binned, [2, 4]), [0, 3, 1, 2]) };
  },
  samples: [
    {
      X: [2, 2, 5, 6],
      rois: tensorOf('float32', [3, 4], [0.2, 0.4, 4.3, 3.1, 1.1, 0.6, 5.7, 4.6, -1.7, 1.2, 2.9, 7.4]),
      batch_indices: int64s([0, 1, 1]),
      attributes: { output_height: 2, output_width: 3, sampling_ratio: 2 },
    },
    {
      X: [2, 2, 5, 6],
      rois: tensorOf('float32', [3, 4], [0.2, 0.4, 4.3, 3.1, 1.1, 0.6, 5.7, 4.6, -1.7, 1.2, 2.9, 7.4]),
      batch_indices: int64s([0, 1, 1]),
      attributes: { output_height: 2, output_width: 3, sampling_ratio: 2, mode: 'max' },
    },
    {
      X: [1, 1, 4, 4],
      rois: tensorOf('float32', [1, 4], [1.1, 2.3, 6.9, 7.7]),
      batch_indices: int64s([0]),
      attributes: {
        output_height: 2,
        output_width: 2,
        sampling_ratio: 1,
        spatial_scale: 0.5,
        coordinate_transformation_mode: 'output_half_pixel',
      },
    },
  ],
});

function taps(g: GraphBuilder, place: KnownValue, size: number): { index: KnownValue; weight: KnownValue }[] {
  const isInside = g.cast(g.one('And', [g.greaterOrEqual(place, -1), g.lessOrEqual(place, size)]), place.type.dtype);
  const around = tapsOf(g, place, { size, mode: 'linear', padding: 'border', alignsCorners: false });
  return around.map(({ index, weight }) => ({ index, weight: weight === undefined ? isInside : g.mul(weight, isInside) }));
}

function notCovered(): MoatError {
  return new MoatError('RoiAlign with a number of places that depends on the region has no gradient rule', {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why: 'the rule covers a fixed number of places',
    fix: 'export the model with a sampling_ratio above 0',
  });
}
