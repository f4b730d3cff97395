/** @file Recent predictions read back from the prediction log as the table, the predictions and the truth that they once were. */

import { type Row, type Table, tableOfRequest } from '../data/index.ts';
import { MoatError } from '../engine/errors.ts';
import type { Predictions, Signature, Task } from '../model/predictor.ts';
import type { Truth } from '../model/task.ts';
import type { Home } from '../store/index.ts';

/** Which predictions of a version are looked at. */
export interface WindowSpec {
  /** The most recent so many. */
  readonly rows: number;
  /** None older than this, ISO 8601. */
  readonly since?: string;
  /** Leave out predictions without a label. */
  readonly labelledOnly?: boolean;
}

export interface LoggedPrediction {
  readonly id: string;
  readonly createdAt: string;
  readonly input: string;
  readonly output: string;
  /** What really happened, once somebody said it. */
  readonly label: string | null;
}

/** Oldest first. */
export async function readWindow(home: Home, model: string, version: number, spec: WindowSpec): Promise<LoggedPrediction[]> {
  let query = home.db
    .selectFrom('prediction')
    .leftJoin('label', 'label.prediction', 'prediction.id')
    .select(['prediction.id', 'prediction.created_at as createdAt', 'input', 'output', 'label.value as label'])
    .where('model', '=', model)
    .where('version', '=', version)
    .orderBy('prediction.created_at', 'desc')
    .orderBy('prediction.id', 'desc')
    .limit(spec.rows);
  if (spec.since !== undefined) query = query.where('prediction.created_at', '>=', spec.since);
  if (spec.labelledOnly === true) query = query.where('label.value', 'is not', null);
  return (await query.execute()).reverse();
}

/** The rows as they came, as a table of the model's inputs. */
export function tableOfWindow(window: readonly LoggedPrediction[], { inputs }: Signature): Promise<Table> {
  return tableOfRequest(
    window.map(({ input }) => JSON.parse(input) as Row),
    inputs,
  );
}

/** What an answer holds, as the server writes it. */
interface LoggedOutput {
  readonly label?: string;
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly value?: number;
}

/** The answers as they were given, digit for digit. */
export function predictionsOfWindow(window: readonly LoggedPrediction[], task: Task): Predictions {
  const outputs = window.map(({ output }) => JSON.parse(output) as LoggedOutput);
  const rowCount = outputs.length;
  if (task.kind === 'regression') return { rowCount, values: Float64Array.from(outputs, ({ value }) => value ?? Number.NaN) };
  const probabilities = new Float64Array(rowCount * task.classes.length);
  for (const [row, output] of outputs.entries()) {
    for (const [index, name] of task.classes.entries()) {
      const given =
        output.probabilities !== undefined && Object.hasOwn(output.probabilities, name) ? output.probabilities[name] : undefined;
      if (given === undefined) throw foreignOutput();
      probabilities[row * task.classes.length + index] = given;
    }
  }
  return { rowCount, probabilities, labels: outputs.map(({ label }) => label ?? '') };
}

/** Labels as truth; a prediction without one is missing. */
export function truthOfWindow(window: readonly LoggedPrediction[], task: Task): Truth {
  if (task.kind === 'regression') {
    return { kind: 'values', values: Float64Array.from(window, ({ label }) => (label === null ? Number.NaN : Number(label))) };
  }
  const indexOf = new Map(task.classes.map((name, index) => [name, index]));
  return { kind: 'classes', index: Int32Array.from(window, ({ label }) => (label === null ? -1 : (indexOf.get(label) ?? -1))) };
}

function foreignOutput(): MoatError {
  return new MoatError('internal: a logged prediction lacks the probability of a class', {
    code: 'PREDICTION_LOG_FOREIGN',
    kind: 'internal',
    why: 'the prediction log holds an answer that does not fit the signature of the model version that gave it',
    fix: 'run `moat doctor` to check the home folder',
  });
}
