/** @file Slice: from start to end, with a step, along some axes. */

import { MoatError } from '../errors.ts';
import { axisOf, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known } from '../graph/known.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { numbersOf } from './rules.ts';

export const Slice = defineOp({
  type: 'Slice',
  inputs: ['data', 'starts', 'ends', 'axes?', 'steps?'],
  outputs: ['output'],
  noGrad: ['starts', 'ends', 'axes', 'steps'],
  infer({ data, starts, ends, axes, steps }) {
    const ranges = rangesOf(data.shape, starts, ends, axes, steps);
    if (ranges === undefined) return { output: { dtype: data.dtype, shape: data.shape.map(() => unknownDim) } };
    const shape = data.shape.map((dim, axis) => {
      const range = ranges.get(axis);
      return range === undefined ? dim : lengthOf(range, dim);
    });
    return { output: { dtype: data.dtype, shape } };
  },
  contents({ data, starts, ends, axes, steps }) {
    const { contents } = data;
    const range = rangesOf(data.shape, starts, ends, axes, steps)?.get(0);
    if (contents === undefined || range === undefined || typeof range.start !== 'number' || typeof range.end !== 'number') return undefined;
    const { start, end, step } = resolve({ start: range.start, end: range.end, step: range.step }, contents.length);
    const items: Dim[] = [];
    for (let i = start; step > 0 ? i < end : i > end; i += step) items.push(contents[i] as Dim);
    return items;
  },
  // d data = d output at the positions that were taken, 0 elsewhere. Steps of 1 pad with zeros; any other step scatters along its axis.
  grad: (g, { data, starts, ends, axes, steps, doutput }) => ({
    data() {
      const ranges = rangesOf(data.type.shape, starts.type, ends.type, axes?.type, steps?.type);
      const exact =
        ranges === undefined ? undefined : [...ranges].map(([axis, range]) => ({ axis, size: data.type.shape[axis] as Dim, range }));
      let gradient = doutput;
      for (const { axis, size, range } of exact ?? []) {
        if (typeof size !== 'number' || typeof range.start !== 'number' || typeof range.end !== 'number') throw dynamicSlice();
        const { start, end, step } = resolve({ start: range.start, end: range.end, step: range.step }, size);
        const count = Math.max(0, Math.ceil((end - start) / step));
        const shape = (length: number): Dim[] => gradient.type.shape.map((dim, i) => (i === axis ? length : dim));
        if (step === 1) {
          const before = start > 0 ? [g.fill(g.shapeVector(shape(start), gradient), 0, gradient.type.dtype)] : [];
          const after = size > start + count ? [g.fill(g.shapeVector(shape(size - start - count), gradient), 0, gradient.type.dtype)] : [];
          gradient = g.concat([...before, gradient, ...after], axis);
        } else {
          // Positions that were skipped read from one slice of zeros put behind.
          const source = Array.from({ length: size }, (_, i) =>
            (i - start) % step === 0 && (i - start) / step >= 0 && (i - start) / step < count ? (i - start) / step : count,
          );
          const zeros = g.fill(g.shapeVector(shape(1), gradient), 0, gradient.type.dtype);
          gradient = g.gather(g.concat([gradient, zeros], axis), g.constant(int64s(source)), axis);
        }
      }
      if (exact === undefined) throw dynamicSlice();
      return gradient;
    },
  }),
  samples: [
    { data: [4, 3], starts: int64s([1]), ends: int64s([3]) },
    { data: [4, 5], starts: int64s([1, 0]), ends: int64s([1000, -1]), axes: int64s([1, 0]), steps: int64s([2, 1]) },
    { data: [5], starts: int64s([-1]), ends: int64s([-1000]), axes: int64s([0]), steps: int64s([-2]) },
  ],
});

interface Range {
  readonly start: Dim;
  readonly end: Dim;
  readonly step: number;
}
interface ExactRange extends Range {
  readonly start: number;
  readonly end: number;
}

/** Ranges by axis; undefined when axes or steps are computed at run time. */
function rangesOf(shape: readonly Dim[], starts: Known, ends: Known, axes?: Known, steps?: Known): Map<number, Range> | undefined {
  const [from, to] = [starts.contents, ends.contents];
  const along = axes === undefined ? from?.map((_, i) => i) : numbersOf(axes);
  const by = steps === undefined ? from?.map(() => 1) : numbersOf(steps);
  if (from === undefined || to === undefined || along === undefined || by === undefined) return undefined;
  return new Map(along.map((axis, i) => [axisOf(axis, shape.length), { start: from[i] as Dim, end: to[i] as Dim, step: by[i] as number }]));
}

function lengthOf({ start, end, step }: Range, dim: Dim): Dim {
  if (typeof dim === 'number' && typeof start === 'number' && typeof end === 'number') {
    const range = resolve({ start, end, step }, dim);
    return Math.max(0, Math.ceil((range.end - range.start) / step));
  }
  // From the beginning to at least the end of any axis that fits in memory is the whole axis.
  const whole = step === 1 && start === 0 && (end === dim || (typeof end === 'number' && end >= 2 ** 31 - 1));
  return whole ? dim : unknownDim;
}

/** Counts from the front and stays inside; a backward range ends at −1, before the first element. */
function resolve({ start, end, step }: ExactRange, size: number): ExactRange {
  const front = (position: number): number => (position < 0 ? position + size : position);
  const clamp = (position: number, low: number, high: number): number => Math.min(Math.max(position, low), high);
  if (step > 0) return { start: clamp(front(start), 0, size), end: clamp(front(end), 0, size), step };
  return { start: clamp(front(start), 0, size - 1), end: clamp(front(end), -1, size - 1), step };
}

function dynamicSlice(): MoatError {
  return new MoatError('the range of a Slice, or the size of its axis, is computed at run time', {
    code: 'GRADIENT_DYNAMIC_SLICE',
    why: 'the gradient must know how many zeros stand before and after the range',
    fix: 'fix the sizes of the inputs, or export the model with constant ranges',
  });
}
