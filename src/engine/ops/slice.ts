/** @file Slice: from start to end, with a step, along some axes. */

import type { GraphBuilder } from '../graph/builder.ts';
import { axisOf, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { int64s, scalar } from '../tensor/make.ts';
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
  // d data = d output at the positions that were taken, 0 elsewhere. Steps of 1 pad with zeros; any other step gathers along its axis.
  grad: (g, { data, starts, ends, axes, steps, doutput }) => ({
    data() {
      const ranges = rangesOf(data.type.shape, starts.type, ends.type, axes?.type, steps?.type);
      const exact = ranges && exactRanges(ranges, data.type.shape);
      if (exact === undefined) return scattered(g, data, [starts, ends, axes, steps], doutput);
      return exact.reduce((gradient, range) => spread(g, gradient, range), doutput);
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

interface ExactAxis extends ExactRange {
  readonly axis: number;
  readonly size: number;
}

/** The ranges with all sizes as numbers; undefined where one of them is known only at run time. */
function exactRanges(ranges: ReadonlyMap<number, Range>, shape: readonly Dim[]): ExactAxis[] | undefined {
  const exact = [...ranges].map(([axis, { start, end, step }]): ExactAxis | undefined => {
    const size = shape[axis];
    if (typeof size !== 'number' || typeof start !== 'number' || typeof end !== 'number') return undefined;
    return { axis, size, ...resolve({ start, end, step }, size) };
  });
  return exact.every((range) => range !== undefined) ? exact : undefined;
}

/** The gradient along one axis back in its place, with zeros where nothing was taken. */
function spread(g: GraphBuilder, gradient: KnownValue, { axis, size, start, end, step }: ExactAxis): KnownValue {
  const count = Math.max(0, Math.ceil((end - start) / step));
  const zeros = (length: number): KnownValue => {
    const shape = gradient.type.shape.map((dim, i): Dim => (i === axis ? length : dim));
    return g.fill(g.shapeVector(shape, gradient), 0, gradient.type.dtype);
  };
  if (step === 1) {
    const before = start > 0 ? [zeros(start)] : [];
    const after = size > start + count ? [zeros(size - start - count)] : [];
    return g.concat([...before, gradient, ...after], axis);
  }
  // Positions that were skipped read from one slice of zeros put behind.
  const isTaken = (i: number): boolean => (i - start) % step === 0 && (i - start) / step >= 0 && (i - start) / step < count;
  const source = Array.from({ length: size }, (_, i) => (isTaken(i) ? (i - start) / step : count));
  return g.gather(g.concat([gradient, zeros(1)], axis), g.constant(int64s(source)), axis);
}

/** With sizes known only at run time: the same slice of the elements' numbers says where each was taken from. */
function scattered(g: GraphBuilder, data: KnownValue, ranges: readonly (KnownValue | undefined)[], doutput: KnownValue): KnownValue {
  const flat = g.constant(int64s([-1]));
  const count = g.elementCount(data);
  const [zero, one] = [0, 1].map((number) => g.constant(scalar(number, 'int64'))) as [KnownValue, KnownValue];
  const numbers = g.reshapeLike(g.one('Range', [zero, g.squeeze(count, [0]), one]), data);
  const places = g.one('Reshape', [g.one('Slice', [numbers, ...ranges]), flat]);
  const zeros = g.fill(count, 0, doutput.type.dtype);
  return g.reshapeLike(g.one('ScatterElements', [zeros, places, g.one('Reshape', [doutput, flat])], { axis: 0 }), data);
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
