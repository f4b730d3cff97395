/** @file What the reductions share: which axes go, the shape that stays, and how a gradient finds its way back. */

import { MoatError } from '../errors.ts';
import { int, optional } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { axisOf, unknownDim } from '../graph/dims.ts';
import type { Dim, TensorType } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { int64s } from '../tensor/make.ts';
import { numbersOf } from './rules.ts';

/** Axes came as an attribute before opset 18 (13 for ReduceSum) and come as an input since. */
export const reduceAttributes = { axes: optional.ints, keepdims: int(1), noop_with_empty_axes: int(0) };

export interface ReduceAttributes {
  readonly axes: readonly number[] | undefined;
  readonly keepdims: number;
  readonly noop_with_empty_axes: number;
}

/** The axes reduced, counted from the front; undefined when they are computed at run time. */
export function reducedAxes(rank: number, axes: Known | undefined, attributes: ReduceAttributes): number[] | undefined {
  if (axes !== undefined && axes.contents === undefined) return undefined;
  const given = attributes.axes ?? (axes === undefined ? [] : numbersOf(axes));
  if (given === undefined) return undefined;
  if (given.length > 0) return [...new Set(given.map((axis) => axisOf(axis, rank)))].sort((a, b) => a - b);
  return attributes.noop_with_empty_axes ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

export function reducedType(data: Known, axes: Known | undefined, attributes: ReduceAttributes): TensorType {
  const gone = reducedAxes(data.shape.length, axes, attributes);
  if (gone !== undefined) {
    const kept = data.shape.map((dim, axis): Dim | undefined => (gone.includes(axis) ? (attributes.keepdims ? 1 : undefined) : dim));
    return { dtype: data.dtype, shape: kept.filter((dim) => dim !== undefined) };
  }
  return { dtype: data.dtype, shape: attributes.keepdims ? data.shape.map(() => unknownDim) : undefined };
}

/** A reduced value with its axes of size 1 put back, so that it broadcasts against the data. */
export function withAxes(
  g: GraphBuilder,
  reduced: KnownValue,
  data: KnownValue,
  axes: KnownValue | undefined,
  attributes: ReduceAttributes,
): KnownValue {
  return attributes.keepdims || g.numberOf(reduced) !== undefined ? reduced : g.unsqueeze(reduced, requireAxes(data, axes, attributes));
}

/** The axes reduced, where the gradient needs to know them. @throws MoatError `GRADIENT_DYNAMIC_AXES` */
export function requireAxes(data: KnownValue, axes: KnownValue | undefined, attributes: ReduceAttributes): number[] {
  const gone = reducedAxes(data.type.shape.length, axes?.type, attributes);
  if (gone !== undefined) return gone;
  throw new MoatError('the axes of a reduction are computed at run time', {
    code: 'GRADIENT_DYNAMIC_AXES',
    why: 'it cannot be told which axes went, so the gradient cannot be given its shape',
    fix: 'export the model with constant axes',
  });
}

/** A reduced value repeated to the shape of the data. */
export function spread(g: GraphBuilder, reduced: KnownValue, data: KnownValue): KnownValue {
  const number = g.numberOf(reduced);
  if (number !== undefined) return g.fill(g.shapeOf(data), number, data.type.dtype);
  return g.expand(reduced, g.shapeOf(data));
}

/** How many elements went into each result, in the data's dtype. */
export function countOf(g: GraphBuilder, reduced: KnownValue, data: KnownValue): KnownValue | number {
  const [all, left] = [data.type.shape, reduced.type.shape];
  if (all.every((dim) => typeof dim === 'number') && left.every((dim) => typeof dim === 'number')) {
    return all.reduce((n, dim) => n * dim, 1) / left.reduce((n, dim) => n * dim, 1);
  }
  const sizes = [data, reduced].map((value) => g.one('ReduceProd', [g.shapeOf(value)], { keepdims: 0 }));
  return g.cast(g.div(sizes[0] as KnownValue, sizes[1] as KnownValue), data.type.dtype);
}

/** The shape without one axis, or with size 1 there. */
export function withoutAxis(data: Known, axis: number, keepdims: number): Dim[] {
  const along = axisOf(axis, data.shape.length);
  return data.shape.flatMap((dim, i): Dim[] => (i !== along ? [dim] : keepdims ? [1] : []));
}

export const reduceSamples = [
  { data: [2, 3], attributes: { keepdims: 0 } },
  { data: [2, 3, 2], axes: int64s([1]) },
  { data: [2, 3, 2], axes: int64s([-1, 0]), attributes: { keepdims: 0 } },
] as const;
