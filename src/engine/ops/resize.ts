/** @file Resize: an image made larger or smaller by the nearest, linearly or cubically interpolated elements. */

import { MoatError } from '../errors.ts';
import { type AttributeInit, type AttributeSpecs, float, int, optional, string } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { axisOf, sameDim, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { int64s, tensorOf, toNumbers } from '../tensor/make.ts';
import { defineOp } from './define.ts';

const attributes = {
  antialias: int(0),
  axes: optional.ints,
  coordinate_transformation_mode: string('half_pixel'),
  cubic_coeff_a: float(-0.75),
  exclude_outside: int(0),
  extrapolation_value: float(0),
  keep_aspect_ratio_policy: string('stretch'),
  mode: string('nearest'),
  nearest_mode: string('round_prefer_floor'),
};

export const Resize = defineOp({
  type: 'Resize',
  inputs: ['X', 'roi?', 'scales?', 'sizes?'],
  outputs: ['Y'],
  attributes,
  noGrad: ['roi', 'scales', 'sizes'],
  infer({ X, scales, sizes }, { axes, keep_aspect_ratio_policy }) {
    const targets = targetsOf(X, scales, sizes, axes);
    const isFree = keep_aspect_ratio_policy === 'stretch';
    return { Y: { dtype: X.dtype, shape: targets.map(({ size, isKept }) => (isFree || isKept ? size : unknownDim)) } };
  },
  // Every mode is linear in X, an axis after the other: Y = R·X along each, so dX = Rᵀ·dY. R is what Resize makes of the identity matrix.
  grad: (g, { X, roi, scales, sizes, dY }, options) => ({
    X() {
      if (options.keep_aspect_ratio_policy !== 'stretch') throw keepsProportions();
      const { length: rank } = X.type.shape;
      const along = options.axes?.map((axis) => axisOf(axis, rank)) ?? X.type.shape.map((_, axis) => axis);
      const targets = targetsOf(X.type, scales?.type, sizes?.type, options.axes);
      return along.reduce((gradient, axis, at) => {
        if (targets[axis]?.isKept && !options.coordinate_transformation_mode.startsWith('tf_')) return gradient;
        const picked = (vector: KnownValue | undefined, place: number): KnownValue | undefined =>
          isGiven(vector) ? g.slice(vector as KnownValue, 0, place, place + 1) : undefined;
        const line = {
          scale: picked(scales, at),
          size: picked(isGiven(scales) ? undefined : sizes, at),
          begin: picked(roi, at),
          end: picked(roi, along.length + at),
        };
        const shape = gradient.type.shape.map((dim, i) => (i === axis ? (X.type.shape[i] as Dim) : dim));
        return g.typed(transposed(g, gradient, axis, weights(g, X, axis, line, options)), shape);
      }, dY);
    },
  }),
  samples: [
    { X: [1, 2, 3, 4], scales: tensorOf('float32', [4], [1, 1, 2, 1.5]), attributes: { mode: 'nearest' } },
    { X: [2, 1, 4, 3], sizes: int64s([2, 1, 7, 2]), attributes: { mode: 'linear' } },
    { X: [1, 2, 4], sizes: int64s([1, 2, 6]), attributes: { mode: 'linear', coordinate_transformation_mode: 'align_corners' } },
    { X: [1, 1, 4, 5], sizes: int64s([1, 1, 6, 7]), attributes: { mode: 'cubic' } },
    { X: [1, 1, 4, 4], sizes: int64s([1, 1, 3, 6]), attributes: { mode: 'cubic', exclude_outside: 1, cubic_coeff_a: -0.5 } },
    { X: [1, 2, 6, 5], sizes: int64s([3, 2]), attributes: { mode: 'linear', antialias: 1, axes: [2, 3] } },
    {
      X: [1, 1, 4, 5],
      roi: tensorOf('float32', [8], [0, 0, 0.2, 0.1, 1, 1, 0.9, 1.3]),
      sizes: int64s([1, 1, 3, 6]),
      attributes: { mode: 'linear', coordinate_transformation_mode: 'tf_crop_and_resize', extrapolation_value: 0.5 },
    },
  ],
});

interface Target {
  readonly size: Dim;
  /** Whether the axis certainly stays what it is. */
  readonly isKept: boolean;
}

/** The new size of every axis. */
function targetsOf(X: Known, scales: Known | undefined, sizes: Known | undefined, axes: readonly number[] | undefined): Target[] {
  const along = (axes ?? X.shape.map((_, axis) => axis)).map((axis) => axisOf(axis, X.shape.length));
  const factors = scales?.tensor && toNumbers(scales.tensor);
  const given = factors?.length ? undefined : sizes;
  return X.shape.map((from, axis) => {
    const at = along.indexOf(axis);
    if (at === -1) return { size: from, isKept: true };
    if (given !== undefined) {
      const size = given.contents?.[at] ?? unknownDim;
      return { size, isKept: sameDim(from, size) };
    }
    const scale = factors?.[at];
    if (scale === 1) return { size: from, isKept: true };
    return { size: typeof from === 'number' && scale !== undefined ? Math.floor(from * scale) : unknownDim, isKept: false };
  });
}

interface Line {
  readonly scale: KnownValue | undefined;
  readonly size: KnownValue | undefined;
  /** What part of the axis is resized, where a part is. */
  readonly begin: KnownValue | undefined;
  readonly end: KnownValue | undefined;
}

/** R of one axis, [new size, old size]: the identity resized along its first axis. */
function weights(
  g: GraphBuilder,
  X: KnownValue,
  axis: number,
  line: Line,
  options: Readonly<Record<keyof typeof attributes, unknown>>,
): KnownValue {
  const from = X.type.shape[axis] as Dim;
  const size = typeof from === 'number' ? g.constant(int64s([from])) : g.slice(g.shapeOf(X), 0, axis, axis + 1);
  const square = g.fill(g.concat([size, size], 0), 0, 'float32');
  const identity = g.unsqueeze(g.one('EyeLike', [square]), [0, 1]);
  const around = (value: KnownValue, other: number): KnownValue => {
    const rest = g.constant(tensorOf(value.type.dtype, [1], [other]));
    return g.concat([rest, rest, value, rest], 0);
  };
  const roi = line.begin && line.end && g.concat([around(line.begin, 0), around(line.end, 1)], 0);
  const scales = line.scale && around(line.scale, 1);
  const one = g.constant(int64s([1]));
  const sizes = line.size && g.concat([one, one, line.size, size], 0);
  const resized = g.one('Resize', [identity, roi, scales, sizes], { ...unusual(options), extrapolation_value: undefined, axes: undefined });
  return g.cast(g.squeeze(resized, [0, 1]), X.type.dtype);
}

/** The attributes that differ from their defaults: older versions of the operator do not know all. */
function unusual(options: Readonly<Record<string, unknown>>): Record<string, AttributeInit> {
  const specs: AttributeSpecs = attributes;
  return Object.fromEntries(Object.entries(options).filter(([name, value]) => value !== specs[name]?.fallback)) as Record<
    string,
    AttributeInit
  >;
}

/** Rᵀ·Y along the axis. */
function transposed(g: GraphBuilder, Y: KnownValue, axis: number, R: KnownValue): KnownValue {
  const { length: rank } = Y.type.shape;
  if (axis === rank - 2) return g.matMul(g.transpose(R), Y);
  const order = Y.type.shape.map((_, i) => i);
  const swapped = order.map((i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
  return g.transpose(g.matMul(g.transpose(Y, swapped), R), swapped);
}

/** An empty vector stands for an input that is left out. */
function isGiven(vector: KnownValue | undefined): boolean {
  return vector !== undefined && vector.type.shape[0] !== 0;
}

function keepsProportions(): MoatError {
  return new MoatError('a Resize that keeps proportions has no gradient rule', {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why: 'its sizes are bounds, and what they become is known only at run time',
    fix: 'export the model with the sizes or scales themselves',
  });
}
