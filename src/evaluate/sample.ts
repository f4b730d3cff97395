/** @file The rows that metrics are computed on: predictions beside what really happened, rows without a label left out. */

import { MoatError } from '../engine/errors.ts';
import type { Predictions, Task } from '../model/predictor.ts';
import type { Truth } from '../model/task.ts';

export type ClassTask = Extract<Task, { classes: readonly string[] }>;
export type ValueTask = Extract<Task, { kind: 'regression' }>;

export interface ClassSample {
  readonly kind: 'classes';
  readonly task: ClassTask;
  readonly classCount: number;
  /** Position of `task.positive` among the classes; -1 for more than two classes. */
  readonly positive: number;
  readonly rowCount: number;
  /** Row numbers in the table that was predicted. */
  readonly rows: Int32Array;
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
  /** rowCount × classCount, row-major. */
  readonly probabilities: Float64Array;
}

export interface ValueSample {
  readonly kind: 'values';
  readonly task: ValueTask;
  readonly rowCount: number;
  readonly rows: Int32Array;
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
}

export type Sample = ClassSample | ValueSample;

/** Joins predictions and truth. The predicted class is the one that the model named, else the most probable one (the first of equals). */
export function sampleOf(task: Task, truth: Truth, predictions: Predictions): Sample {
  const rowCount = truth.kind === 'classes' ? truth.index.length : truth.values.length;
  if (rowCount !== predictions.rowCount) {
    throw mismatch(`${predictions.rowCount} rows were predicted and ${rowCount} have a truth`);
  }
  return task.kind === 'regression' ? valueSample(task, truth, predictions) : classSample(task, truth, predictions);
}

/** The rows at these positions of the sample. */
export function selectSample<S extends Sample>(sample: S, positions: ArrayLike<number>): S;
export function selectSample(sample: Sample, positions: ArrayLike<number>): Sample {
  const rowCount = positions.length;
  const rows = Int32Array.from(positions, (at) => sample.rows[at] as number);
  if (sample.kind === 'values') {
    const truth = Float64Array.from(positions, (at) => sample.truth[at] as number);
    const predicted = Float64Array.from(positions, (at) => sample.predicted[at] as number);
    return { ...sample, rowCount, rows, truth, predicted };
  }
  const width = sample.classCount;
  const probabilities = new Float64Array(rowCount * width);
  for (let i = 0; i < rowCount; i++) {
    const from = (positions[i] as number) * width;
    probabilities.set(sample.probabilities.subarray(from, from + width), i * width);
  }
  const truth = Int32Array.from(positions, (at) => sample.truth[at] as number);
  const predicted = Int32Array.from(positions, (at) => sample.predicted[at] as number);
  return { ...sample, rowCount, rows, truth, predicted, probabilities };
}

/** Probability of one class for every row of the sample. */
export function classScores(sample: ClassSample, index: number): Float64Array {
  const scores = new Float64Array(sample.rowCount);
  for (let row = 0; row < sample.rowCount; row++) scores[row] = sample.probabilities[row * sample.classCount + index] as number;
  return scores;
}

/** Probability that the model gave to the class it predicted, for every row of the sample. */
export function confidences(sample: ClassSample): Float64Array {
  return Float64Array.from(sample.predicted, (index, row) => sample.probabilities[row * sample.classCount + index] as number);
}

function classSample(task: ClassTask, truth: Truth, predictions: Predictions): ClassSample {
  if (truth.kind !== 'classes') throw mismatch(`the task "${task.target}" has classes and the truth holds numbers`);
  const classCount = task.classes.length;
  const { probabilities, labels } = predictions;
  if (probabilities?.length !== predictions.rowCount * classCount) {
    throw mismatch(`${predictions.rowCount} rows × ${classCount} classes need as many probabilities, ${probabilities?.length ?? 0} came`);
  }
  const indexOf = new Map(task.classes.map((name, index) => [name, index]));
  const predictedAt = (row: number): number => {
    const label = labels?.[row];
    if (label === undefined) return mostProbable(probabilities, row * classCount, classCount);
    const index = indexOf.get(label);
    if (index === undefined) throw mismatch(`row ${row} was predicted as a class that the task "${task.target}" does not have`);
    return index;
  };
  const everyRow: ClassSample = {
    kind: 'classes',
    task,
    classCount,
    positive: task.kind === 'binary' ? task.classes.indexOf(task.positive) : -1,
    rowCount: predictions.rowCount,
    rows: Int32Array.from({ length: predictions.rowCount }, (_, row) => row),
    truth: truth.index,
    predicted: Int32Array.from({ length: predictions.rowCount }, (_, row) => predictedAt(row)),
    probabilities,
  };
  return selectSample(
    everyRow,
    positionsWhere(truth.index, (index) => index >= 0),
  );
}

function valueSample(task: ValueTask, truth: Truth, predictions: Predictions): ValueSample {
  if (truth.kind !== 'values') throw mismatch(`the task "${task.target}" is a number and the truth holds classes`);
  const { values } = predictions;
  if (values?.length !== predictions.rowCount)
    throw mismatch(`${predictions.rowCount} rows need as many values, ${values?.length ?? 0} came`);
  const everyRow: ValueSample = {
    kind: 'values',
    task,
    rowCount: predictions.rowCount,
    rows: Int32Array.from({ length: predictions.rowCount }, (_, row) => row),
    truth: truth.values,
    predicted: values,
  };
  return selectSample(
    everyRow,
    positionsWhere(truth.values, (value) => !Number.isNaN(value)),
  );
}

function mostProbable(probabilities: Float64Array, from: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) {
    if ((probabilities[from + index] as number) > (probabilities[from + best] as number)) best = index;
  }
  return best;
}

function positionsWhere(values: Int32Array | Float64Array, keep: (value: number) => boolean): number[] {
  const positions: number[] = [];
  for (let row = 0; row < values.length; row++) if (keep(values[row] as number)) positions.push(row);
  return positions;
}

function mismatch(why: string): MoatError {
  return new MoatError('internal: predictions and truth do not fit together', {
    code: 'EVALUATE_MISMATCH',
    kind: 'internal',
    why,
    fix: 'pass the truth, the predictions and the task of the same table and model',
  });
}
