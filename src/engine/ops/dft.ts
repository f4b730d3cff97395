/** @file DFT: y_k = Σ over j of x_j · e^(∓2πi·jk/n) along one axis, divided by n where inverse; complex numbers are pairs on the last axis. */

import { MoatError } from '../errors.ts';
import { int, optional } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { axisOf, unknownDim } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { int64s, scalar } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { numbersOf } from './rules.ts';

export const DFT = defineOp({
  type: 'DFT',
  inputs: ['input', 'dft_length?', 'axis?'],
  outputs: ['output'],
  attributes: { axis: optional.int, inverse: int(0), onesided: int(0) },
  noGrad: ['dft_length', 'axis'],
  infer({ input, dft_length, axis }, attributes) {
    const along = axisAlong(input, axis, attributes.axis);
    if (along === undefined) return { output: { dtype: input.dtype, shape: input.shape.map(() => unknownDim) } };
    const n = lengthOf(input, dft_length, along);
    const size = attributes.onesided === 0 ? n : typeof n === 'number' ? Math.floor(n / 2) + 1 : unknownDim;
    const last = input.shape.length - 1;
    return { output: { dtype: input.dtype, shape: input.shape.map((dim, i): Dim => (i === along ? size : i === last ? 2 : dim)) } };
  },
  // y = F·x with the symmetric F_jk = e^(−2πi·jk/n), so d input is that of the conjugate: n times the inverse transform of d output, of which the
  // half that onesided leaves out is 0; backwards, the transform over n. What was cut off gets 0, what was filled up is left out, and of a
  // real input the real part counts.
  grad: (g, { input, dft_length, axis, doutput }, attributes) => ({
    input() {
      const along = axisAlong(input.type, axis?.type, attributes.axis) ?? axisOf(g.opset < 20 ? 1 : -2, input.type.shape.length);
      if (axis !== undefined && numbersOf(axis.type) === undefined) throw dynamicLength();
      const n = lengthOf(input.type, dft_length?.type, along);
      const size = input.type.shape[along];
      if (typeof n !== 'number' || typeof size !== 'number') throw dynamicLength();
      if (attributes.onesided !== 0 && attributes.inverse !== 0) throw halfBack();
      const last = input.type.shape.length - 1;
      const bins = attributes.onesided === 0 ? n : Math.floor(n / 2) + 1;
      const dY = g.typed(
        doutput,
        input.type.shape.map((dim, i) => (i === along ? bins : i === last ? 2 : dim)),
      );
      const whole = resized(g, dY, along, bins, n);
      const back = transform(g, whole, along, attributes.inverse === 0);
      const scaled = g.mul(back, attributes.inverse === 0 ? n : 1 / n);
      const part = input.type.shape[last] === 1 ? g.slice(scaled, last, 0, 1) : scaled;
      return g.typed(resized(g, part, along, n, size), input.type.shape);
    },
  }),
  samples: [
    { input: [2, 5, 1], axis: scalar(1, 'int64') },
    { input: [2, 4, 2], axis: scalar(1, 'int64'), attributes: { inverse: 1 } },
    { input: [1, 6, 1], axis: scalar(1, 'int64'), attributes: { onesided: 1 } },
    { input: [1, 3, 4, 2], axis: scalar(-2, 'int64') },
    { input: [1, 3, 4, 2] },
    { input: [2, 5, 1], dft_length: scalar(8, 'int64'), axis: scalar(1, 'int64'), attributes: { onesided: 1 } },
    { input: [2, 5, 2], dft_length: scalar(4, 'int64'), axis: scalar(1, 'int64') },
  ],
});

/** The axis became an input with opset 20. */
export function transform(g: GraphBuilder, x: KnownValue, axis: number, isInverse: boolean, isOneSided = false): KnownValue {
  const attributes = { inverse: isInverse ? 1 : 0, onesided: isOneSided ? 1 : 0 };
  if (g.opset < 20) return g.one('DFT', [x], { ...attributes, axis });
  return g.one('DFT', [x, undefined, g.constant(axis, 'int64')], attributes);
}

/** Left out, it is the first after the batch until opset 19 and the last but one since: undefined where these differ, or where it is computed. */
function axisAlong(input: Known, axis: Known | undefined, attribute: number | undefined): number | undefined {
  const { length: rank } = input.shape;
  const given = axis === undefined ? (attribute ?? (rank === 3 ? 1 : undefined)) : numbersOf(axis)?.[0];
  return given === undefined ? undefined : axisOf(given, rank);
}

function lengthOf(input: Known, length: Known | undefined, axis: number): Dim {
  return length === undefined ? (input.shape[axis] as Dim) : (numbersOf(length)?.[0] ?? unknownDim);
}

/** Zeros put behind, or the end cut off. */
function resized(g: GraphBuilder, x: KnownValue, axis: number, from: number, to: number): KnownValue {
  if (from === to) return x;
  if (from > to) return g.slice(x, axis, 0, to);
  const ends = x.type.shape.map((_, i) => (i === axis ? to - from : 0));
  return g.one('Pad', [x, g.constant(int64s([...ends.map(() => 0), ...ends]))]);
}

function dynamicLength(): MoatError {
  return new MoatError('the length or the axis of a DFT is known only at run time', {
    code: 'GRADIENT_DYNAMIC_LENGTH',
    why: 'its gradient is scaled by the length',
    fix: 'fix this size in the inputs of the model; the batch may vary',
  });
}

function halfBack(): MoatError {
  return new MoatError('an inverse DFT of one side has no gradient rule', {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why: 'the half that is left out stands for the conjugate of the other, and runtimes differ in how',
    fix: 'transform both sides',
  });
}
