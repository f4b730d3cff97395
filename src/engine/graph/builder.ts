/** @file GraphBuilder: writes a graph as one writes arithmetic; every method adds a node and returns its value. */

import { int64s, tensorOf } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';
import type { DType } from '../tensor/tensor.ts';
import { axisOf, isStatic, sameShape } from './dims.ts';
import type { Dim, Value } from './graph.ts';
import type { KnownValue } from './known.ts';
import { NodeBuilder } from './node-builder.ts';
import { elementType } from './onnx/element-types.ts';

/** A value of the graph, or a number that becomes a constant of the other operand's dtype. */
export type Operand = Value | number;

export interface ConvOptions {
  readonly strides?: readonly number[];
  /** Begin of every axis, then end of every axis. */
  readonly pads?: readonly number[];
  readonly dilations?: readonly number[];
  readonly group?: number;
}

export class GraphBuilder extends NodeBuilder {
  /** What each value made by `fill` is full of. */
  readonly #fills = new Map<string, number>();

  add = (a: Operand, b: Operand): KnownValue => this.#pair('Add', a, b);
  sub = (a: Operand, b: Operand): KnownValue => this.#pair('Sub', a, b);
  mul = (a: Operand, b: Operand): KnownValue => this.#pair('Mul', a, b);
  div = (a: Operand, b: Operand): KnownValue => this.#pair('Div', a, b);
  pow = (a: Operand, b: Operand): KnownValue => this.#pair('Pow', a, b);
  min = (a: Operand, b: Operand): KnownValue => this.#pair('Min', a, b);
  max = (a: Operand, b: Operand): KnownValue => this.#pair('Max', a, b);
  equal = (a: Operand, b: Operand): KnownValue => this.#pair('Equal', a, b);
  greater = (a: Operand, b: Operand): KnownValue => this.#pair('Greater', a, b);
  greaterOrEqual = (a: Operand, b: Operand): KnownValue => this.#pair('GreaterOrEqual', a, b);
  less = (a: Operand, b: Operand): KnownValue => this.#pair('Less', a, b);
  lessOrEqual = (a: Operand, b: Operand): KnownValue => this.#pair('LessOrEqual', a, b);

  neg = (x: Value): KnownValue => this.one('Neg', [x]);
  abs = (x: Value): KnownValue => this.one('Abs', [x]);
  sign = (x: Value): KnownValue => this.one('Sign', [x]);
  exp = (x: Value): KnownValue => this.one('Exp', [x]);
  log = (x: Value): KnownValue => this.one('Log', [x]);
  sqrt = (x: Value): KnownValue => this.one('Sqrt', [x]);
  reciprocal = (x: Value): KnownValue => this.one('Reciprocal', [x]);
  sin = (x: Value): KnownValue => this.one('Sin', [x]);
  cos = (x: Value): KnownValue => this.one('Cos', [x]);
  erf = (x: Value): KnownValue => this.one('Erf', [x]);
  relu = (x: Value): KnownValue => this.one('Relu', [x]);
  sigmoid = (x: Value): KnownValue => this.one('Sigmoid', [x]);
  tanh = (x: Value): KnownValue => this.one('Tanh', [x]);
  softplus = (x: Value): KnownValue => this.one('Softplus', [x]);
  not = (x: Value): KnownValue => this.one('Not', [x]);
  identity = (x: Value): KnownValue => this.one('Identity', [x]);

  softmax = (x: Value, axis = -1): KnownValue => this.one('Softmax', [x], { axis });
  logSoftmax = (x: Value, axis = -1): KnownValue => this.one('LogSoftmax', [x], { axis });

  /** Bounds that are left out do not bound. */
  clip(x: Value, low?: number, high?: number): KnownValue {
    const { dtype } = this.valueOf(x.name).type;
    const bound = (limit: number | undefined): Value | undefined => (limit === undefined ? undefined : this.constant(limit, dtype));
    return this.one('Clip', [x, bound(low), bound(high)]);
  }

  where = (condition: Value, a: Operand, b: Operand): KnownValue => this.one('Where', [condition, ...this.#operands(a, b)]);

  cast(x: Value, dtype: DType): KnownValue {
    const known = this.valueOf(x.name);
    return known.type.dtype === dtype ? known : this.one('Cast', [x], { to: elementType(dtype) });
  }

  matMul = (a: Value, b: Value): KnownValue => this.one('MatMul', [a, b]);

  /** alpha · op(A) · op(B) + beta · C, for matrices; `transA` and `transB` cost nothing. */
  gemm(
    a: Value,
    b: Value,
    c?: Value,
    options: { readonly transA?: boolean; readonly transB?: boolean; readonly alpha?: number; readonly beta?: number } = {},
  ): KnownValue {
    const { transA, transB, alpha, beta } = options;
    return this.one('Gemm', [a, b, c], {
      transA: transA ? 1 : undefined,
      transB: transB ? 1 : undefined,
      alpha: alpha === 1 ? undefined : alpha,
      beta,
    });
  }

  conv = (x: Value, w: Value, b?: Value, options: ConvOptions = {}): KnownValue => this.one('Conv', [x, w, b], { ...options });

  reduceSum = (x: Value, axes?: readonly number[], keepDims = false): KnownValue => this.#reduce('ReduceSum', x, axes, keepDims, 13);
  reduceMean = (x: Value, axes?: readonly number[], keepDims = false): KnownValue => this.#reduce('ReduceMean', x, axes, keepDims, 18);
  reduceMax = (x: Value, axes?: readonly number[], keepDims = false): KnownValue => this.#reduce('ReduceMax', x, axes, keepDims, 18);
  reduceMin = (x: Value, axes?: readonly number[], keepDims = false): KnownValue => this.#reduce('ReduceMin', x, axes, keepDims, 18);

  /** To a shape of numbers (one may be −1), or to a shape that is computed in the graph. */
  reshape(x: Value, shape: readonly Dim[] | Value): KnownValue {
    if ('name' in shape) return this.one('Reshape', [x, shape]);
    const known = this.valueOf(x.name);
    if (sameShape(known.type.shape, shape)) return known;
    if (isStatic(shape)) return this.one('Reshape', [x, this.constant(int64s(shape))]);
    return this.one('Reshape', [x, this.#sizesOf(shape, known)]);
  }

  /** To the shape of another value. */
  reshapeLike(x: Value, like: KnownValue): KnownValue {
    const known = this.valueOf(x.name);
    return sameShape(known.type.shape, like.type.shape)
      ? known
      : this.typed(this.one('Reshape', [x, this.#sizesOf(like.type.shape, like)]), like.type.shape);
  }

  /** The value with the sizes that it certainly has, where a computed shape has lost them. */
  typed(value: KnownValue, shape: readonly Dim[]): KnownValue {
    this.declare(value.name, { dtype: value.type.dtype, shape });
    return this.valueOf(value.name);
  }

  /** The shape as an int64 vector: a constant where every size is known. */
  shapeOf(x: Value): KnownValue {
    const { shape } = this.valueOf(x.name).type;
    return isStatic(shape) ? this.constant(int64s(shape)) : this.one('Shape', [x]);
  }

  /** The shape that `transpose(x, perm)` would have, without transposing. */
  permutedShape(x: Value, perm: readonly number[]): KnownValue {
    const { shape } = this.valueOf(x.name).type;
    const permuted = perm.map((axis) => shape[axis] as Dim);
    if (isStatic(permuted)) return this.constant(int64s(permuted));
    return this.gather(this.shapeOf(x), this.constant(int64s(perm)));
  }

  /** A tensor of one number, made at run time so that it takes no room in the model. */
  fill(shape: readonly number[] | Value, value: number, dtype: DType = 'float32'): KnownValue {
    const sizes = 'name' in shape ? shape : this.constant(int64s(shape));
    const filled = this.one('ConstantOfShape', [sizes], { value: tensorOf(dtype, [1], [value]) });
    this.#fills.set(filled.name, value);
    return filled;
  }

  /** The number of elements as an int64 vector of one: the shape of the flattened tensor. */
  elementCount(x: Value): KnownValue {
    const { shape } = this.valueOf(x.name).type;
    if (isStatic(shape)) return this.constant(int64s([product(shape)]));
    return this.one('ReduceProd', [this.shapeOf(x)], { keepdims: 1 });
  }

  /** Axes in a new order; reversed when no order is given. */
  transpose(x: Value, perm?: readonly number[]): KnownValue {
    const known = this.valueOf(x.name);
    const order = perm ?? known.type.shape.map((_, i) => known.type.shape.length - 1 - i);
    if (order.every((axis, i) => axis === i)) return known;
    return this.one('Transpose', [x], { perm: order });
  }

  /** The matrix transpose of the last two axes. */
  swapLastTwo(x: Value): KnownValue {
    const { length: rank } = this.valueOf(x.name).type.shape;
    const order = Array.from({ length: rank }, (_, i) => i);
    return this.transpose(x, [...order.slice(0, -2), rank - 1, rank - 2]);
  }

  concat(values: readonly Value[], axis: number): KnownValue {
    const [only] = values;
    return values.length === 1 && only !== undefined ? this.valueOf(only.name) : this.one('Concat', values, { axis });
  }

  /** Pieces of the given sizes along an axis. */
  split(x: Value, sizes: readonly number[], axis: number): KnownValue[] {
    return this.op('Split', [x, this.constant(int64s(sizes))], { axis }, { outputs: sizes.length });
  }

  /** Positions `start` to `end` (left out) along one axis. */
  slice(x: Value, axis: number, start: number, end: number, step = 1): KnownValue {
    const sizes = [start, end, axis, step].map((size) => this.constant(int64s([size])));
    return this.one('Slice', [x, ...sizes]);
  }

  gather = (data: Value, indices: Value, axis = 0): KnownValue => this.one('Gather', [data, indices], { axis });

  unsqueeze(x: Value, axes: readonly number[]): KnownValue {
    return axes.length === 0 ? this.valueOf(x.name) : this.one('Unsqueeze', [x, this.constant(int64s(axes))]);
  }

  squeeze(x: Value, axes: readonly number[]): KnownValue {
    return axes.length === 0 ? this.valueOf(x.name) : this.one('Squeeze', [x, this.constant(int64s(axes))]);
  }

  /** Repeats axes of size 1 until the shape is reached. */
  expand(x: Value, shape: readonly number[] | Value): KnownValue {
    if ('name' in shape) return this.one('Expand', [x, shape]);
    const known = this.valueOf(x.name);
    return sameShape(known.type.shape, shape) ? known : this.one('Expand', [x, this.constant(int64s(shape))]);
  }

  /** The only output of an operator that has one. */
  one(...args: Parameters<GraphBuilder['op']>): KnownValue {
    return this.op(...args)[0] as KnownValue;
  }

  /** One name can be left to Reshape to work out; more than one must be read at run time. */
  #sizesOf(shape: readonly Dim[], source: KnownValue): KnownValue {
    const names = shape.filter((dim) => typeof dim === 'string').length;
    return names > 1 ? this.shapeVector(shape, source) : this.constant(int64s(shape.map((dim) => (typeof dim === 'string' ? -1 : dim))));
  }

  #pair(opType: string, a: Operand, b: Operand): KnownValue {
    const [left, right] = this.#operands(a, b).map((operand) => this.valueOf(operand.name)) as [KnownValue, KnownValue];
    if (opType !== 'Mul' && opType !== 'Div') return this.one(opType, [left, right]);
    const [x, y] = [this.#unfilled(left, right), this.#unfilled(right, left)];
    return this.#shortcut(opType, x, y) ?? this.one(opType, [x, y]);
  }

  /** A tensor of one number times another of its shape is that number times the other. */
  #unfilled(value: KnownValue, other: KnownValue): KnownValue {
    const number = this.#fills.get(value.name);
    const isFilled = number !== undefined && !this.#fills.has(other.name) && sameShape(value.type.shape, other.type.shape);
    return isFilled ? this.constant(number, value.type.dtype) : value;
  }

  /** x · 1 and x / 1 are x, and arithmetic on two constant scalars is done here: gradients are full of both. */
  #shortcut(opType: 'Mul' | 'Div', a: KnownValue, b: KnownValue): KnownValue | undefined {
    const [x, y] = [a, b].map(({ name, type }) => (type.shape.length === 0 ? this.numberOf({ name, type }) : undefined));
    if (y === 1) return a;
    if (x === 1 && opType === 'Mul') return b;
    if (x === undefined || y === undefined) return undefined;
    return this.constant(opType === 'Mul' ? x * y : x / y, a.type.dtype);
  }

  #operands(a: Operand, b: Operand): [Value, Value] {
    const typed = typeof a === 'number' ? b : a;
    const dtype = typeof typed === 'number' ? 'float32' : this.valueOf(typed.name).type.dtype;
    const value = (operand: Operand): Value => (typeof operand === 'number' ? this.constant(operand, dtype) : operand);
    return [value(a), value(b)];
  }

  /** Axes are an input since opset 13 (ReduceSum) or 18 (the others), an attribute before. */
  #reduce(opType: string, x: Value, axes: readonly number[] | undefined, keepDims: boolean, axesAreInputSince: number): KnownValue {
    const known = this.valueOf(x.name);
    if (axes?.length === 0) return known;
    const sorted = axes?.map((axis) => axisOf(axis, known.type.shape.length)).sort((a, b) => a - b);
    const keepdims = keepDims ? 1 : 0;
    if (this.opset < axesAreInputSince) return this.one(opType, [x], { axes: sorted, keepdims });
    return this.one(opType, [x, sorted && this.constant(int64s(sorted))], { keepdims });
  }

  /** A shape as an int64 vector; names are read at run time from `source`, which has them (at most one may be missing there: it becomes −1). */
  shapeVector(shape: readonly Dim[], source: KnownValue): KnownValue {
    if (isStatic(shape)) return this.constant(int64s(shape));
    const sizes = this.shapeOf(source);
    const parts = shape.map((dim) => {
      const axis = source.type.shape.indexOf(dim);
      if (typeof dim === 'number' || axis === -1) return this.constant(int64s([typeof dim === 'number' ? dim : -1]));
      return this.slice(sizes, 0, axis, axis + 1);
    });
    return this.concat(parts, 0);
  }
}
