/** @file Type rules and ways of following whole numbers that many operators share. */

import { MoatError } from '../errors.ts';
import { broadcastShapes, showType } from '../graph/dims.ts';
import type { Dim, TensorType } from '../graph/graph.ts';
import type { Known } from '../graph/known.ts';

/** Output like the input. */
export function like(x: Known): TensorType {
  return { dtype: x.dtype, shape: x.shape };
}

/** A tensor of conditions. */
export function condition(shape: readonly Dim[]): TensorType {
  return { dtype: 'bool', shape };
}

/** A tensor of whole numbers: positions or sizes. */
export function positions(shape: readonly Dim[]): TensorType {
  return { dtype: 'int64', shape };
}

/** Numpy broadcasting of operands that must share a dtype. */
export function broadcast(...operands: readonly Known[]): TensorType {
  const [first] = operands;
  const other = operands.find(({ dtype }) => dtype !== first?.dtype);
  if (first !== undefined && other !== undefined) {
    throw new MoatError(`${showType(first)} and ${showType(other)} do not go together`, {
      code: 'SHAPE_DTYPE',
      why: 'ONNX converts no dtype by itself',
      fix: `cast one of them: cast(x, '${first.dtype}')`,
    });
  }
  return { dtype: first?.dtype ?? 'float32', shape: broadcastShapes(...operands.map(({ shape }) => shape)) };
}

/** Element-wise arithmetic on followed shape elements, with broadcasting of a single one. */
export function eachPair(a: Known, b: Known, combine: (a: Dim, b: Dim) => Dim | undefined): Dim[] | undefined {
  const [x, y] = [a.contents, b.contents];
  if (x === undefined || y === undefined) return undefined;
  const length = x.length === 1 ? y.length : x.length;
  if (y.length !== length && y.length !== 1) return undefined;
  const items = Array.from({ length }, (_, i) => combine(x[x.length === 1 ? 0 : i] as Dim, y[y.length === 1 ? 0 : i] as Dim));
  return items.every((item) => item !== undefined) ? items : undefined;
}

/** Elements of an input that must be numbers known before running; undefined when they are not. */
export function numbersOf(known: Known | undefined): number[] | undefined {
  const { contents } = known ?? {};
  return contents?.every((item) => typeof item === 'number') ? [...contents] : undefined;
}

/** An element-wise function of one argument, on a sample with both signs. */
export const unarySamples = [{ X: [2, 3] }, { X: [4] }] as const;

/** Broadcasting from either side, in front and in the middle. */
export const pairSamples = [
  { A: [2, 3], B: [2, 3] },
  { A: [2, 3], B: [3] },
  { A: [1, 3], B: [2, 1] },
  { A: [], B: [2, 2] },
] as const;
