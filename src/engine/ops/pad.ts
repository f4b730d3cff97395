/** @file Pad: elements put before and after some axes. */

import { MoatError } from '../errors.ts';
import { string } from '../graph/attributes.ts';
import { addDims, axisOf, unknownDim } from '../graph/dims.ts';
import type { Known } from '../graph/known.ts';
import { int64s } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { numbersOf } from './rules.ts';

export const Pad = defineOp({
  type: 'Pad',
  inputs: ['data', 'pads', 'constant_value?', 'axes?'],
  outputs: ['output'],
  attributes: { mode: string('constant') },
  noGrad: ['pads', 'constant_value', 'axes'],
  infer({ data, pads, axes }) {
    const padding = paddingOf(data, pads, axes);
    const shape = data.shape.map((dim, axis) => {
      const [before, after] = padding?.get(axis) ?? [0, 0];
      return padding === undefined ? unknownDim : addDims(dim, before + after);
    });
    return { output: { dtype: data.dtype, shape } };
  },
  // d data = the part of d output that lies inside; a negative padding cut elements off, whose gradient is 0.
  grad: (g, { data, pads, axes, doutput }, { mode }) => ({
    data() {
      const padding = paddingOf(data.type, pads.type, axes?.type);
      if (mode !== 'constant' || padding === undefined) throw unsupported(mode);
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
    },
  }),
  samples: [
    { data: [2, 3], pads: int64s([0, 1, 2, 0]) },
    { data: [4, 5], pads: int64s([-1, 0, 0, 2]) },
  ],
});

/** Elements before and after each padded axis; undefined when computed at run time. */
function paddingOf(data: Known, pads: Known, axes: Known | undefined): Map<number, [number, number]> | undefined {
  const along = axes === undefined ? data.shape.map((_, axis) => axis) : numbersOf(axes)?.map((axis) => axisOf(axis, data.shape.length));
  const sizes = numbersOf(pads);
  if (along === undefined || sizes === undefined) return undefined;
  return new Map(along.map((axis, i) => [axis, [sizes[i] ?? 0, sizes[i + along.length] ?? 0]]));
}

function unsupported(mode: string): MoatError {
  return new MoatError(`Pad in mode "${mode}" has no gradient rule`, {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why: 'only constant padding by sizes known before running has one',
    fix: 'use constant padding, or leave these parameters out of wrt',
  });
}
