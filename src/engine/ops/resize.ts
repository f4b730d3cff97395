/** @file Resize: an image made larger or smaller by the nearest, linearly or cubically interpolated elements. */

import { MoatError } from '../errors.ts';
import { float, int, optional, string } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { axisOf, sameDim, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { int64s, tensorOf, toNumbers } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { interpolationMatrix, nearestIndex, type ResizeMode } from './resize-weights.ts';

export const Resize = defineOp({
  type: 'Resize',
  inputs: ['X', 'roi?', 'scales?', 'sizes?'],
  outputs: ['Y'],
  attributes: {
    antialias: int(0),
    axes: optional.ints,
    coordinate_transformation_mode: string('half_pixel'),
    cubic_coeff_a: float(-0.75),
    exclude_outside: int(0),
    extrapolation_value: float(0),
    keep_aspect_ratio_policy: string('stretch'),
    mode: string('nearest'),
    nearest_mode: string('round_prefer_floor'),
  },
  infer({ X, scales, sizes }, { axes }) {
    const targets = targetsOf(X, scales, sizes, axes);
    return { Y: { dtype: X.dtype, shape: targets.map(({ size }) => size) } };
  },
  // One axis after the other: the nearest elements are gathered, interpolated ones are a product with a constant matrix.
  lower(g, { X, scales, sizes }, attributes) {
    requireSupported(attributes);
    const targets = targetsOf(X.type, scales?.type, sizes?.type, attributes.axes);
    let Y = X;
    targets.forEach(({ size, scale }, axis) => {
      const from = X.type.shape[axis] as Dim;
      if (scale === 1 || sameDim(from, size)) return;
      if (typeof from !== 'number' || typeof size !== 'number' || scale === undefined) throw dynamicSize();
      const line = { from, to: size, scale, mode: attributes };
      Y = attributes.mode === 'nearest' ? g.gather(Y, g.constant(int64s(nearestIndex(line))), axis) : interpolate(g, Y, axis, line);
    });
    return { Y };
  },
  samples: [
    { X: [1, 2, 3, 4], scales: tensorOf('float32', [4], [1, 1, 2, 1.5]), attributes: { mode: 'nearest' } },
    { X: [2, 1, 4, 3], sizes: int64s([2, 1, 7, 2]), attributes: { mode: 'linear' } },
    { X: [1, 2, 4], sizes: int64s([1, 2, 6]), attributes: { mode: 'linear', coordinate_transformation_mode: 'align_corners' } },
    { X: [1, 1, 4, 5], sizes: int64s([1, 1, 6, 7]), attributes: { mode: 'cubic' } },
    { X: [1, 1, 4, 4], sizes: int64s([1, 1, 3, 6]), attributes: { mode: 'cubic', exclude_outside: 1, cubic_coeff_a: -0.5 } },
  ],
});

interface Target {
  readonly size: Dim;
  /** Undefined when known only at run time. */
  readonly scale: number | undefined;
}

/** The new size of every axis. */
function targetsOf(X: Known, scales: Known | undefined, sizes: Known | undefined, axes: readonly number[] | undefined): Target[] {
  const along = (axes ?? X.shape.map((_, axis) => axis)).map((axis) => axisOf(axis, X.shape.length));
  const factors = scales?.tensor && toNumbers(scales.tensor);
  const given = factors?.length ? undefined : sizes;
  return X.shape.map((from, axis) => {
    const at = along.indexOf(axis);
    if (at === -1) return { size: from, scale: 1 };
    if (given !== undefined) {
      const size = given.contents?.[at] ?? unknownDim;
      const isKnown = typeof size === 'number' && typeof from === 'number';
      return { size, scale: isKnown ? Math.fround(size / from) : undefined };
    }
    const scale = factors?.[at];
    if (scale === 1) return { size: from, scale };
    return { size: typeof from === 'number' && scale !== undefined ? Math.floor(from * scale) : unknownDim, scale };
  });
}

/** Y along the axis = matrix · X along the axis. */
function interpolate(g: GraphBuilder, X: KnownValue, axis: number, line: Parameters<typeof interpolationMatrix>[0]): KnownValue {
  const weights = tensorOf('float32', [line.to, line.from], interpolationMatrix(line));
  const matrix = g.cast(g.constant(weights), X.type.dtype);
  const { length: rank } = X.type.shape;
  if (axis === rank - 2) return g.matMul(matrix, X);
  const order = X.type.shape.map((_, i) => i);
  const swapped = order.map((i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
  return g.transpose(g.matMul(g.transpose(X, swapped), g.transpose(matrix)), swapped);
}

function requireSupported(mode: ResizeMode & { readonly antialias: number; readonly keep_aspect_ratio_policy: string }): void {
  const crops = mode.coordinate_transformation_mode.startsWith('tf_');
  if (mode.antialias === 0 && !crops && mode.keep_aspect_ratio_policy === 'stretch') return;
  throw new MoatError('a Resize that filters, crops or keeps proportions has no gradient rule', {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why: `it has antialias ${mode.antialias}, ${mode.coordinate_transformation_mode} and ${mode.keep_aspect_ratio_policy}`,
    fix: 'export the model with plain nearest, linear or cubic interpolation to given sizes or scales',
  });
}

function dynamicSize(): MoatError {
  return new MoatError('the sizes of a Resize are known only at run time', {
    code: 'GRADIENT_DYNAMIC_SIZE',
    why: 'which elements are read, and with what weight, depends on them',
    fix: 'fix height and width in the inputs of the model; the batch may vary',
  });
}
