/**
 * @file Arithmetic on dims that may be names: `batch`, or expressions over names such as `(batch*8)`.
 *
 * Two dims with the same text are the same size. Different texts may still be equal at run time, so nothing may be concluded from a difference
 * unless both are numbers.
 */

import { MoatError } from '../errors.ts';
import type { Dim, TensorType } from './graph.ts';

/** A size about which nothing is known. Inference replaces it by a name of its own. */
export const unknownDim = '?';

export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a === 0) return b;
  if (b === 0) return a;
  return combine(a, '+', b);
}

export function subtractDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (b === 0) return a;
  if (a === b && a !== unknownDim) return 0;
  return combine(a, '-', b);
}

export function multiplyDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (a === 1) return b;
  if (b === 1) return a;
  if (a === 0 || b === 0) return 0;
  return combine(a, '*', b);
}

/** Whole division, rounding down. */
export function divideDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return b === 0 ? unknownDim : Math.floor(a / b);
  if (b === 1) return a;
  if (a === b && a !== unknownDim) return 1;
  return combine(a, '/', b);
}

export function productOfDims(dims: readonly Dim[]): Dim {
  return dims.reduce<Dim>(multiplyDims, 1);
}

/** What a dim is the product of: `(batch*12)` is of `batch` and 12. */
export function factorsOf(dim: Dim): Dim[] {
  if (typeof dim === 'number' || !dim.startsWith('(') || !dim.endsWith(')')) return [dim];
  let depth = 0;
  for (let i = 0; i < dim.length; i++) {
    if (dim[i] === '(') depth++;
    if (dim[i] === ')') depth--;
    if (dim[i] === '*' && depth === 1)
      return [dim.slice(1, i), dim.slice(i + 1, -1)].flatMap((factor) => factorsOf(/^\d+$/.test(factor) ? Number(factor) : factor));
  }
  return [dim];
}

/** Whether the two are certainly the same size. */
export function sameDim(a: Dim, b: Dim): boolean {
  return a === b && a !== unknownDim;
}

export function sameShape(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, axis) => sameDim(dim, b[axis] as Dim));
}

/** Every size a number. */
export function isStatic(shape: readonly Dim[]): shape is readonly number[] {
  return shape.every((dim) => typeof dim === 'number');
}

/** Numpy's rule: aligned at the last axis, sizes must be equal or one of them 1. */
export function broadcastShapes(...shapes: readonly (readonly Dim[])[]): Dim[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const dims = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    return dims.reduce((a, b) => broadcastDims(a, b, shapes));
  });
}

function broadcastDims(a: Dim, b: Dim, shapes: readonly (readonly Dim[])[]): Dim {
  if (a === 1) return b;
  if (b === 1 || sameDim(a, b)) return a;
  if (typeof a === 'number' && typeof b === 'number') {
    throw new MoatError(`shapes ${shapes.map(showShape).join(' and ')} do not broadcast`, {
      code: 'SHAPE_BROADCAST',
      why: `aligned at the last axis, ${a} meets ${b}; sizes must be equal or one of them 1`,
      fix: 'reshape one of them so that the axes line up',
    });
  }
  // A number above 1 wins over a name: the name can only be that number or 1.
  if (typeof a === 'number') return a;
  if (typeof b === 'number') return b;
  return unknownDim;
}

/** The axis counted from the front. @throws MoatError `SHAPE_AXIS` when out of range. */
export function axisOf(axis: number, rank: number): number {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new MoatError(`axis ${axis} is outside a tensor of rank ${rank}`, {
    code: 'SHAPE_AXIS',
    why: `axes run from ${-rank} to ${rank - 1}`,
    fix: 'count the axes again; the first one is 0 and the last one is −1',
  });
}

export function showShape(shape: readonly Dim[] | undefined): string {
  return shape === undefined ? '[…]' : `[${shape.join(', ')}]`;
}

/** `float32[batch, 784]` */
export function showType(type: TensorType | undefined): string {
  return type === undefined ? '?' : `${type.dtype}${showShape(type.shape)}`;
}

function combine(a: Dim, sign: string, b: Dim): Dim {
  return a === unknownDim || b === unknownDim ? unknownDim : `(${a}${sign}${b})`;
}
