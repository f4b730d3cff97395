/** @file The instructions of `interpreter.as.ts`, written as words. Operands are byte offsets, sizes and strides count values. */

/** In the order of `execute` there. */
const kinds = ['fill', 'unary', 'binary', 'copy', 'product', 'reduce', 'softmax', 'gather', 'gatherRows', 'where', 'convert'] as const;

const unaries = [
  'neg',
  'abs',
  'exp',
  'log',
  'sqrt',
  'reciprocal',
  'sigmoid',
  'tanh',
  'relu',
  'softplus',
  'sign',
  'floor',
  'ceil',
  'round',
  'truncate',
  'not',
  'leakyRelu',
] as const;

const binaries = [
  'add',
  'sub',
  'mul',
  'div',
  'max',
  'min',
  'greater',
  'greaterOrEqual',
  'less',
  'lessOrEqual',
  'equal',
  'and',
  'or',
  'notEqual',
] as const;

export type Unary = (typeof unaries)[number];
export type Binary = (typeof binaries)[number];
export type Three = readonly [number, number, number];

/** Words of one instruction. */
export const WORDS = 16;

export type Instruction = readonly number[];

const instruction = (kind: (typeof kinds)[number], name: number, ...words: readonly number[]): Instruction => [
  kinds.indexOf(kind),
  name,
  ...words,
];

/** The word that holds a float32. */
function float(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0] as number;
}

export const fill = (to: number, count: number, value: number): Instruction => instruction('fill', 0, to, count, float(value));

export const unary = (name: Unary, from: number, to: number, count: number, alpha = 0): Instruction =>
  instruction('unary', unaries.indexOf(name), from, to, count, float(alpha));

export const binary = (name: Binary, a: number, b: number, to: number, sizes: Three, aStrides: Three, bStrides: Three): Instruction =>
  instruction('binary', binaries.indexOf(name), a, b, to, ...sizes, ...aStrides, ...bStrides);

export const copy = (from: number, to: number, sizes: Three, fromStrides: Three, toStrides: Three): Instruction =>
  instruction('copy', 0, from, to, ...sizes, ...fromStrides, ...toStrides);

export interface Product {
  readonly a: number;
  readonly b: number;
  readonly to: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Between rows and between columns of A, in values. */
  readonly strides: readonly [number, number];
  /** Whether the product is added to what is there. */
  readonly adds: boolean;
}

export const product = ({ a, b, to, m, n, k, strides, adds }: Product): Instruction =>
  instruction('product', Number(adds), a, b, to, m, n, k, 4 * strides[0], 4 * strides[1]);

/** Multiply-adds of an instruction. */
export function multiplyAddsOf([kind, , , , , m = 0, n = 0, k = 0]: Instruction): number {
  return kind === kinds.indexOf('product') ? m * n * k : 0;
}

/** `sum` times `scale`, or `max`, over the middle axis. */
export const reduce = (name: 'sum' | 'max', from: number, to: number, [outer, middle, inner]: Three, scale = 1): Instruction =>
  instruction('reduce', Number(name === 'max'), from, to, outer, middle, inner, float(scale));

export const softmax = (isLog: boolean, from: number, to: number, rows: number, columns: number): Instruction =>
  instruction('softmax', Number(isLog), from, to, rows, columns);

interface Picking {
  /** Whether the values are added to the data at the indices, rather than read there. */
  readonly adds: boolean;
  readonly data: number;
  readonly indices: number;
  readonly values: number;
  readonly picks: number;
}

export const gather = ({ adds, data, indices, values, picks }: Picking, rows: number, columns: number): Instruction =>
  instruction('gather', Number(adds), data, indices, values, rows, columns, picks);

export const gatherRows = ({ adds, data, indices, values, picks }: Picking, rows: number, width: number): Instruction =>
  instruction('gatherRows', Number(adds), data, indices, values, rows, width, picks);

export const where = (condition: number, a: number, b: number, to: number, count: number): Instruction =>
  instruction('where', 0, condition, a, b, to, count);

/** What whole numbers and truth values are stored in before they become float32. */
export const converted = ['int64', 'int32', 'bool'] as const;

export const convert = (dtype: (typeof converted)[number], from: number, to: number, count: number): Instruction =>
  instruction('convert', converted.indexOf(dtype), from, to, count);
