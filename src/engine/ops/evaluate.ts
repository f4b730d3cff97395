/**
 * @file Constant sub-expressions worked out before running: the shape arithmetic and index tables that exporters leave in a graph. Never
 * from float parameters, which training changes.
 */

import { readAttributes } from '../graph/attributes.ts';
import { axisOf, isStatic } from '../graph/dims.ts';
import type { Node } from '../graph/graph.ts';
import { isWhole, type Known, knownOfTensor, tensorOfContents } from '../graph/known.ts';
import { tensorOf, toNumbers } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';
import type { Op } from './define.ts';
import { places, stridesOf } from './places.ts';

/** More elements are data, which the runtime works out when it makes a session. */
const MOST_ELEMENTS = 4096;

/** What a node with one output gives, when all it reads is constant; undefined when it is not, or is none of these operators. */
export function evaluate(op: Op, node: Node, inputs: readonly (Known | undefined)[], type: Known): Known | undefined {
  const rule = rules[op.type];
  if (rule === undefined || op.domain !== '' || !isStatic(type.shape) || product(type.shape) > MOST_ELEMENTS) return undefined;
  const operands = inputs.map((input) => input && constantOf(input));
  if (operands.some((operand, i) => operand === undefined && inputs[i] !== undefined)) return undefined;
  const elements = rule(
    operands as readonly Constant[],
    { shape: type.shape, whole: isWhole(type.dtype) },
    readAttributes(node, op.attributes),
  );
  if (elements === undefined || !fits(elements, type.dtype)) return undefined;
  return { ...type, ...knownOfTensor(tensorOf(type.dtype, type.shape, elements)), literal: true };
}

interface Constant {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Result {
  readonly shape: readonly number[];
  readonly whole: boolean;
}
type Rule = (inputs: readonly Constant[], result: Result, attributes: Readonly<Record<string, unknown>>) => readonly number[] | undefined;

const rules: Readonly<Record<string, Rule>> = {
  Identity: ([x]) => x?.data,
  Reshape: ([x]) => x?.data,
  Unsqueeze: ([x]) => x?.data,
  Squeeze: ([x]) => x?.data,
  Flatten: ([x]) => x?.data,
  Cast: ([x], { whole }) => x?.data.map((value) => (whole ? Math.trunc(value) : value)),
  Neg: each((x) => -x),
  Abs: each(Math.abs),
  Floor: each(Math.floor),
  Ceil: each(Math.ceil),
  Sqrt: each(Math.sqrt),
  Not: each((x) => (x ? 0 : 1)),
  Add: pairs((a, b) => a + b),
  Sub: pairs((a, b) => a - b),
  Mul: pairs((a, b) => a * b),
  Div: (inputs, result) => pairs((a, b) => (result.whole ? Math.trunc(a / b) : a / b))(inputs, result, {}),
  Mod: (inputs, result, { fmod }) => pairs((a, b) => (fmod ? a % b : a - Math.floor(a / b) * b))(inputs, result, {}),
  Min: pairs(Math.min),
  Max: pairs(Math.max),
  Equal: pairs((a, b) => Number(a === b)),
  Greater: pairs((a, b) => Number(a > b)),
  GreaterOrEqual: pairs((a, b) => Number(a >= b)),
  Less: pairs((a, b) => Number(a < b)),
  LessOrEqual: pairs((a, b) => Number(a <= b)),
  And: pairs((a, b) => Number(a !== 0 && b !== 0)),
  Or: pairs((a, b) => Number(a !== 0 || b !== 0)),
  Where: ([condition, a, b], { shape }) =>
    places(shape).map((at) => (read(condition as Constant, at) ? read(a as Constant, at) : read(b as Constant, at))),
  Expand: ([x], { shape }) => places(shape).map((at) => read(x as Constant, at)),
  Tile: ([x], { shape }) =>
    places(shape).map((at) =>
      valueAt(
        x as Constant,
        at.map((i, axis) => i % ((x as Constant).shape[axis] as number)),
      ),
    ),
  ConstantOfShape: (_, { shape }, { value }) => new Array<number>(product(shape)).fill(value ? (toNumbers(value as Tensor)[0] ?? 0) : 0),
  Range: ([start, , delta], { shape }) => places(shape).map(([i]) => (start?.data[0] ?? 0) + (i as number) * (delta?.data[0] ?? 1)),
  Transpose([x], { shape }, { perm }) {
    const order = (perm as readonly number[] | undefined) ?? shape.map((_, axis) => shape.length - 1 - axis);
    return places(shape).map((at) =>
      valueAt(
        x as Constant,
        order.map((_, axis) => at[order.indexOf(axis)] as number),
      ),
    );
  },
  Gather([x, indices], { shape }, { axis }) {
    const { shape: from } = x as Constant;
    const along = axisOf(axis as number, from.length);
    const { length: depth } = (indices as Constant).shape;
    return places(shape).map((at) => {
      const index = valueAt(indices as Constant, at.slice(along, along + depth));
      const place = index < 0 ? index + (from[along] as number) : index;
      return valueAt(x as Constant, [...at.slice(0, along), place, ...at.slice(along + depth)]);
    });
  },
  Concat(inputs, { shape }, { axis }) {
    const along = axisOf(axis as number, shape.length);
    return places(shape).map((at) => {
      let place = at[along] as number;
      const piece = inputs.find((input) => {
        const size = input.shape[along] as number;
        if (place < size) return true;
        place -= size;
        return false;
      });
      return valueAt(
        piece as Constant,
        at.map((i, a) => (a === along ? place : i)),
      );
    });
  },
  CumSum([x, axis], { shape }, { exclusive, reverse }) {
    const along = axisOf(axis?.data[0] ?? 0, shape.length);
    const isCounted = (i: number, end: number): boolean => (reverse ? i > end : i < end) || (!exclusive && i === end);
    return places(shape).map((at) => {
      const line = Array.from({ length: shape[along] as number }, (_, i) => at.map((place, a) => (a === along ? i : place)));
      const counted = line.filter((_, i) => isCounted(i, at[along] as number));
      return counted.reduce((sum, place) => sum + valueAt(x as Constant, place), 0);
    });
  },
  Slice([x, starts, , axes, steps], { shape }) {
    const { shape: from } = x as Constant;
    const firsts = from.map(() => ({ start: 0, step: 1 }));
    starts?.data.forEach((start, i) => {
      const axis = axisOf(axes?.data[i] ?? i, from.length);
      const size = from[axis] as number;
      const step = steps?.data[i] ?? 1;
      const front = start < 0 ? start + size : start;
      firsts[axis] = { start: Math.min(Math.max(front, 0), step > 0 ? size : size - 1), step };
    });
    return places(shape).map((at) =>
      valueAt(
        x as Constant,
        at.map((i, axis) => (firsts[axis]?.start ?? 0) + i * (firsts[axis]?.step ?? 1)),
      ),
    );
  },
};

function each(f: (x: number) => number): Rule {
  return ([x]) => x?.data.map((value) => f(value));
}

function pairs(f: (a: number, b: number) => number): Rule {
  return (inputs, { shape }) => places(shape).map((at) => inputs.map((input) => read(input, at)).reduce((a, b) => f(a, b)));
}

/** The element at a position of a result that the operand is broadcast to. */
function read(operand: Constant, at: readonly number[]): number {
  const lead = at.length - operand.shape.length;
  return valueAt(
    operand,
    operand.shape.map((size, axis) => (size === 1 ? 0 : (at[axis + lead] as number))),
  );
}

function valueAt({ shape, data }: Constant, at: readonly number[]): number {
  return data[stridesOf(shape).reduce((sum, stride, axis) => sum + stride * (at[axis] as number), 0)] as number;
}

function constantOf(known: Known): Constant | undefined {
  const isFixed = known.tensor !== undefined && (isWhole(known.dtype) || known.literal === true);
  const tensor = isFixed ? known.tensor : tensorOfContents(known);
  if (tensor === undefined || tensor.dtype === 'string' || tensor.data.length > MOST_ELEMENTS) return undefined;
  return tensor.dtype === 'float16' || tensor.dtype === 'bfloat16' ? undefined : { shape: tensor.shape, data: toNumbers(tensor) };
}

/** Whole numbers beyond the exact ones of JavaScript, and halves, are left to the runtime. */
function fits(elements: readonly number[], dtype: DType): boolean {
  if (dtype === 'float32' || dtype === 'float64') return true;
  return isWhole(dtype) && elements.every(Number.isSafeInteger);
}
