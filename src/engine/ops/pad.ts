/** @file Pad: elements put before and after some axes. */

import { MoatError } from '../errors.ts';
import { string } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { addDims, axisOf, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { int64s, tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { numbersOf } from './rules.ts';

export const Pad = defineOp({
  type: 'Pad',
  inputs: ['data', 'pads', 'constant_value?', 'axes?'],
  outputs: ['output'],
  attributes: { mode: string('constant') },
  noGrad: ['pads', 'axes'],
  infer({ data, pads, axes }) {
    const padding = paddingOf(data, pads, axes);
    const shape = data.shape.map((dim, axis) => {
      const [before, after] = padding?.get(axis) ?? [0, 0];
      return padding === undefined ? unknownDim : addDims(dim, before + after);
    });
    return { output: { dtype: data.dtype, shape } };
  },
  // d data = the part of d output that lies inside; a negative padding cut elements off, whose gradient is 0. In the other modes every
  // element also collects the gradients of its copies. d constant_value = Σ of d output over what was put around.
  grad: (g, { data, pads, axes, doutput }, { mode }) => {
    const inside = (): KnownValue => {
      const padding = paddingOf(data.type, pads.type, axes?.type);
      if (padding === undefined) throw dynamicPadding();
      if (mode !== 'constant') return collected(g, data, doutput, padding, mode);
      const own = [...padding].filter(([, [before, after]]) => before !== 0 || after !== 0);
      if (own.length === 0) return doutput;
      if (own.every(([, [before, after]]) => before >= 0 && after >= 0)) {
        const ends = own.map(([, [, after]]) => (after === 0 ? 2 ** 31 - 1 : -after));
        const vectors = [own.map(([, [before]]) => before), ends, own.map(([axis]) => axis)];
        return g.one('Slice', [doutput, ...vectors.map((vector) => g.constant(int64s(vector)))]);
      }
      const inverse = data.type.shape.map((_, axis): [number, number] => padding.get(axis) ?? [0, 0]);
      return g.one('Pad', [
        doutput,
        g.constant(int64s([...inverse.map(([before]) => 0 - before), ...inverse.map(([, after]) => 0 - after)])),
      ]);
    };
    return { data: inside, constant_value: () => g.sub(g.reduceSum(doutput), g.reduceSum(inside())) };
  },
  samples: [
    { data: [2, 3], pads: int64s([0, 1, 2, 0]) },
    { data: [4, 5], pads: int64s([-1, 0, 0, 2]), constant_value: [] },
    { data: [4, 3], pads: int64s([2, 1, 0, 2]), attributes: { mode: 'reflect' } },
    { data: [2, 3], pads: int64s([2, 1, 0, -1]), attributes: { mode: 'edge' } },
    { data: [4, 3], pads: int64s([2, 1, 0, 3]), attributes: { mode: 'wrap' } },
  ],
});

/** Elements before and after each padded axis; undefined when computed at run time. */
function paddingOf(data: Known, pads: Known, axes: Known | undefined): Map<number, [number, number]> | undefined {
  const along = axes === undefined ? data.shape.map((_, axis) => axis) : numbersOf(axes)?.map((axis) => axisOf(axis, data.shape.length));
  const sizes = numbersOf(pads);
  if (along === undefined || sizes === undefined) return undefined;
  return new Map(along.map((axis, i) => [axis, [sizes[i] ?? 0, sizes[i + along.length] ?? 0]]));
}

/** The gradients of all copies added up, one axis after the other. */
function collected(
  g: GraphBuilder,
  data: KnownValue,
  doutput: KnownValue,
  padding: ReadonlyMap<number, readonly [number, number]>,
  mode: string,
): KnownValue {
  let gradient = doutput;
  for (const [axis, [before, after]] of padding) {
    if (before === 0 && after === 0) continue;
    const size = data.type.shape[axis] as Dim;
    if (typeof size !== 'number') throw dynamicPadding();
    const sources = Array.from({ length: before + size + after }, (_, place) => sourceOf(place - before, size, mode));
    gradient = scatterAlong(g, gradient, axis, sources, size);
  }
  return gradient;
}

/** Which element stands at a position outside. */
function sourceOf(position: number, size: number, mode: string): number {
  if (mode === 'edge') return Math.min(Math.max(position, 0), size - 1);
  if (mode === 'wrap') return ((position % size) + size) % size;
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const phase = ((position % period) + period) % period;
  return Math.min(phase, period - phase);
}

/** Slices along an axis added up at their sources: the transpose of a gather. */
function scatterAlong(g: GraphBuilder, value: KnownValue, axis: number, sources: readonly number[], size: number): KnownValue {
  const order = value.type.shape.map((_, i) => i);
  const front = [axis, ...order.filter((i) => i !== axis)];
  const first = g.transpose(value, front);
  const zeros = g.fill(g.shapeVector([size, ...first.type.shape.slice(1)], first), 0, value.type.dtype);
  const places = g.constant(tensorOf('int64', [sources.length, 1], sources));
  const summed = g.one('ScatterND', [zeros, places, first], { reduction: 'add' });
  return g.transpose(
    summed,
    order.map((i) => front.indexOf(i)),
  );
}

function dynamicPadding(): MoatError {
  return new MoatError('the padding, or the size of a padded axis, is computed at run time', {
    code: 'GRADIENT_DYNAMIC_SIZE',
    why: 'the gradient must know which elements were put around',
    fix: 'fix the sizes of the inputs, or export the model with constant pads',
  });
}
