/** @file Open Inference Protocol tensors: a signature as input and output tensors, request tensors as rows, predictions as output tensors. */

import type { Row } from '../../data/index.ts';
import { MoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import type { Field, Signature } from '../../model/index.ts';
import type { Prediction } from '../../serve/index.ts';

export interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  /** -1 stands for the number of rows. */
  readonly shape: readonly number[];
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface InputTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  /** Flat in row-major order, or nested as the shape says. */
  readonly data: readonly unknown[];
}

export interface OutputTensor extends TensorMetadata {
  readonly data: readonly (string | number)[];
}

export function inputMetadata(signature: Signature): TensorMetadata[] {
  return signature.inputs.map((field) => ({
    name: field.name,
    datatype: DATATYPE[field.type],
    shape: [-1, ...(field.shape ?? [])],
  }));
}

export function outputMetadata({ task }: Signature): TensorMetadata[] {
  const id = { name: 'id', datatype: 'BYTES', shape: [-1] };
  if (task.kind === 'regression') return [id, { name: 'value', datatype: 'FP64', shape: [-1] }];
  // a protocol parameter is a string, a number or a boolean: the class names travel as JSON text
  const parameters = { classes: JSON.stringify(task.classes) };
  return [
    id,
    { name: 'label', datatype: 'BYTES', shape: [-1] },
    { name: 'probabilities', datatype: 'FP64', shape: [-1, task.classes.length], parameters },
  ];
}

/** The rows that the columns make. Null in a tensor is a missing value, and so is a nullable input that is left out. */
export function rowsFromTensors(signature: Signature, tensors: readonly InputTensor[]): Row[] {
  const rowCount = tensors[0]?.shape[0] ?? 0;
  const columns = new Map<string, readonly unknown[]>();
  for (const tensor of tensors) {
    if (columns.has(tensor.name)) throw refused(tensor, 'it is there twice', 'send each input once');
    const field = fieldOf(signature, tensor);
    requireShape(field, tensor, rowCount);
    columns.set(tensor.name, cellsOf(field, tensor, rowCount));
  }
  const entries = [...columns];
  // fromEntries defines the keys, so that a column called "__proto__" is a column like any other
  return Array.from({ length: rowCount }, (_, row) => Object.fromEntries(entries.map(([name, cells]) => [name, cells[row]])));
}

/** Refuses the name of an output that the model does not give, before anything is predicted. */
export function requireOutputs(signature: Signature, wanted: readonly string[] = []): void {
  const names = outputMetadata(signature).map(({ name }) => name);
  const unknown = wanted.find((name) => !names.includes(name))?.slice(0, 80);
  if (unknown === undefined) return;
  throw new MoatError(`there is no output ${JSON.stringify(unknown)}`, {
    code: 'OIP_OUTPUT_UNKNOWN',
    why: `this model gives ${names.join(', ')}`,
    fix: didYouMean(unknown, names),
  });
}

/** The wanted outputs and no other; all of them when none is named, and then `warnings` too when there is one. */
export function tensorsFromPredictions(
  signature: Signature,
  predictions: readonly Prediction[],
  wanted?: readonly string[],
): OutputTensor[] {
  const outputs = outputMetadata(signature)
    .filter(({ name }) => wanted === undefined || wanted.includes(name))
    .map((output) => ({
      ...output,
      shape: [predictions.length, ...output.shape.slice(1)],
      data: dataOf(output.name, signature, predictions),
    }));
  if (wanted !== undefined || predictions.every(({ warnings }) => warnings === undefined)) return outputs;
  const data = predictions.map(({ warnings }) => JSON.stringify(warnings ?? []));
  return [...outputs, { name: 'warnings', datatype: 'BYTES', shape: [predictions.length], data }];
}

const DATATYPE: Readonly<Record<Field['type'], string>> = {
  number: 'FP64',
  integer: 'INT64',
  boolean: 'BOOL',
  category: 'BYTES',
  text: 'BYTES',
  time: 'BYTES',
  id: 'BYTES',
  image: 'UINT8',
  audio: 'UINT8',
  // Tensors have one shape, and these have a length of their own in every row: each travels as the text of its JSON array.
  list: 'BYTES',
  series: 'BYTES',
  embedding: 'FP32',
};

const INTEGERS = ['INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64'];

/** Narrower types are taken where no value changes by it. */
function accepted(field: Field): readonly string[] {
  if (field.type === 'number' || field.type === 'embedding') return ['FP64', 'FP32', ...INTEGERS];
  return field.type === 'integer' ? INTEGERS : [DATATYPE[field.type]];
}

function fieldOf(signature: Signature, tensor: InputTensor): Field {
  const names = signature.inputs.map(({ name }) => name);
  const field = signature.inputs.find(({ name }) => name === tensor.name);
  if (field === undefined) throw refused(tensor, 'the model has no input of this name', didYouMean(tensor.name.slice(0, 80), names));
  const datatypes = accepted(field);
  if (datatypes.includes(tensor.datatype)) return field;
  throw refused(tensor, `its datatype does not fit a column of type ${field.type}`, `send it as ${datatypes.join(' or ')}`);
}

function requireShape(field: Field, tensor: InputTensor, rowCount: number): void {
  const [rows, ...rest] = tensor.shape;
  const inner = field.shape ?? [];
  // [n, 1] is a column too, and a picture of one channel may leave the channel out
  const short = inner.length > 1 && inner.at(-1) === 1 ? inner.slice(0, -1) : inner;
  const fits = same(rest, inner) || same(rest, short) || (inner.length === 0 && same(rest, [1]));
  if (rows === rowCount && fits) return;
  throw refused(tensor, `its shape is [${tensor.shape.slice(0, 8).join(', ')}]`, `give it the shape [${[rowCount, ...inner].join(', ')}]`);
}

function cellsOf(field: Field, tensor: InputTensor, rowCount: number): readonly unknown[] {
  const size = tensor.shape.reduce((a, b) => a * b, 1);
  const flat = tensor.data.flat(tensor.shape.length - 1);
  if (flat.length !== size)
    throw refused(tensor, `it holds ${flat.length} values, its shape says ${size}`, 'send as many values as the shape says');
  const isRight = checkOf(tensor.datatype);
  const wrong = flat.findIndex((value) => value !== null && !isRight(value));
  if (wrong >= 0)
    throw refused(tensor, `value ${wrong} is not ${tensor.datatype}`, 'send values of the datatype, or null for a missing one');
  if (field.shape === undefined) return flat;
  const inRow = size / Math.max(rowCount, 1);
  return Array.from({ length: rowCount }, (_, n) => arrayOrNull(flat.slice(n * inRow, (n + 1) * inRow)));
}

/** A row of nothing but nulls has no value. */
function arrayOrNull(values: readonly unknown[]): readonly unknown[] | null {
  return values.every((value) => value === null) ? null : values;
}

function checkOf(datatype: string): (value: unknown) => boolean {
  if (datatype === 'BYTES') return (value) => typeof value === 'string';
  if (datatype === 'BOOL') return (value) => typeof value === 'boolean';
  return INTEGERS.includes(datatype) ? Number.isSafeInteger : Number.isFinite;
}

function dataOf(name: string, { task }: Signature, predictions: readonly Prediction[]): (string | number)[] {
  if (name === 'id') return predictions.map(({ id }) => id);
  if (name === 'label') return predictions.map(({ label }) => label as string);
  if (name === 'value') return predictions.map(({ value }) => value as number);
  const classes = task.kind === 'regression' ? [] : task.classes;
  return predictions.flatMap(({ probabilities }) => classes.map((k) => probabilities?.[k] as number));
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

function refused(tensor: InputTensor, why: string, fix: string): MoatError {
  return new MoatError(`the input tensor ${JSON.stringify(tensor.name.slice(0, 80))} is refused`, { code: 'OIP_TENSOR_INVALID', why, fix });
}
