/**
 * @file The one place where broadcasting is undone: an axis that was repeated going forward fed several results, so its gradient is the sum
 * over them.
 */

import type { GraphBuilder } from '../graph/builder.ts';
import { isStatic, sameDim, sameShape } from '../graph/dims.ts';
import type { Value } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { int64s, tensorOf } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';

/** Sums `gradient` over the axes along which `like` was broadcast, giving it the shape of `like`. */
export function sumTo(g: GraphBuilder, gradient: Value, like: KnownValue): KnownValue {
  const known = g.valueOf(gradient.name);
  const from = known.type.shape;
  const to = like.type.shape;
  if (sameShape(from, to)) return known;
  const lead = from.length - to.length;
  const undecided = to.some((dim, i) => dim !== 1 && !sameDim(dim, from[i + lead] ?? 1) && !(typeof dim === 'number' && dim > 1));
  if (undecided) return sumToAtRunTime(g, known, like);
  const repeated = to.flatMap((dim, i) => (dim === 1 && from[i + lead] !== 1 ? [i + lead] : []));
  const leading = Array.from({ length: lead }, (_, axis) => axis);
  if (repeated.length === 0) return sumOfRows(g, known, lead) ?? g.reduceSum(known, leading);
  const summed = g.reduceSum(known, [...leading, ...repeated], true);
  return lead === 0 ? summed : g.squeeze(summed, leading);
}

/** Fewer are added up as fast one by one; the row of ones for more would be large. */
const [FEWEST_ROWS, MOST_ROWS] = [32, 65_536];

/** The sum over the leading axes as a product with a row of ones, which the runtime spreads over its threads better than a sum down columns. */
function sumOfRows(g: GraphBuilder, x: KnownValue, lead: number): KnownValue | undefined {
  const { shape, dtype } = x.type;
  if (!isStatic(shape) || shape.length === lead || (dtype !== 'float32' && dtype !== 'float64')) return undefined;
  const [rows, columns] = [product(shape.slice(0, lead)), product(shape.slice(lead))];
  if (rows < FEWEST_ROWS || rows > MOST_ROWS) return undefined;
  const ones = g.constant(tensorOf(dtype, [1, rows], new Array<number>(rows).fill(1)));
  return g.reshape(g.matMul(ones, g.reshape(x, [rows, columns])), shape.slice(lead));
}

/** Whether a named size is 1 is seen only at run time: the axes to sum over are computed there. */
function sumToAtRunTime(g: GraphBuilder, gradient: KnownValue, like: KnownValue): KnownValue {
  const lead = gradient.type.shape.length - like.type.shape.length;
  const target = g.one('Shape', [like]);
  const ones = g.constant(int64s(new Array<number>(lead).fill(1)));
  const aligned = lead === 0 ? target : g.concat([ones, target], 0);
  const one = g.constant(int64s([1]));
  const repeated = g.one('And', [g.equal(aligned, one), g.not(g.equal(g.one('Shape', [gradient]), one))]);
  const axes = g.reshape(g.one('NonZero', [repeated]), [-1]);
  const summed = g.one('ReduceSum', [gradient, axes], { keepdims: 1, noop_with_empty_axes: 1 });
  const shaped = g.reshape(summed, target);
  g.declare(shaped.name, { dtype: gradient.type.dtype, shape: like.type.shape });
  return g.valueOf(shaped.name);
}
