/** @file Answers the requests of one batch with one call to the predictor. Runs in the worker. */

import { concatTables, type Row, type Table } from '../data/index.ts';
import { toMoatError } from '../engine/errors.ts';
import type { Predictions, Predictor, Signature } from '../model/index.ts';
import type { Answer, Outcome } from './messages.ts';

/**
 * One outcome a request, in order. Each request is checked by itself, so that only its sender hears of its faults; the rows of all
 * good requests are predicted together. When that fails, each request is predicted alone, so that one poisonous row fails one request.
 */
export async function answerBatch(predictor: Predictor, requests: readonly (readonly Row[])[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const good: { readonly at: number; readonly table: Table }[] = [];
  for (const [at, rows] of requests.entries()) {
    try {
      good.push({ at, table: await predictor.tableOf(rows) });
    } catch (error) {
      outcomes[at] = refusal(error);
    }
  }
  if (good.length === 0) return outcomes;
  const tables = good.map(({ table }) => table);
  try {
    const answers = await answerTables(predictor, tables);
    for (const [i, { at }] of good.entries()) outcomes[at] = { answers: answers[i] as Answer[] };
  } catch (error) {
    for (const { at, table } of good) {
      outcomes[at] = good.length === 1 ? refusal(error) : await answerAlone(predictor, table);
    }
  }
  return outcomes;
}

async function answerAlone(predictor: Predictor, table: Table): Promise<Outcome> {
  try {
    const [answers] = await answerTables(predictor, [table]);
    return { answers: answers as Answer[] };
  } catch (error) {
    return refusal(error);
  }
}

async function answerTables(predictor: Predictor, tables: readonly Table[]): Promise<Answer[][]> {
  const [first] = tables;
  const predictions = await predictor.predict(tables.length === 1 ? (first as Table) : concatTables(tables));
  let from = 0;
  return tables.map((table) => {
    const answers = answersOf(predictor.signature, predictions, from, table.rowCount);
    from += table.rowCount;
    return answers;
  });
}

/** The answers for `rowCount` rows of the predictions that begin at row `from`. */
function answersOf(signature: Signature, predictions: Predictions, from: number, rowCount: number): Answer[] {
  const answers = Array.from({ length: rowCount }, (_, i) => answerOf(signature, predictions, from + i));
  for (const { row, message } of predictions.warnings ?? []) {
    const answer = answers[row - from];
    if (answer !== undefined) answers[row - from] = { ...answer, warnings: [...(answer.warnings ?? []), { message }] };
  }
  return answers;
}

function answerOf({ task }: Signature, { labels, probabilities, values }: Predictions, row: number): Answer {
  if (task.kind === 'regression') return { value: values?.[row] as number };
  const width = task.classes.length;
  return {
    label: labels?.[row] as string,
    // fromEntries defines the keys, so that a class called "__proto__" is a key like any other
    probabilities: Object.fromEntries(task.classes.map((name, k) => [name, probabilities?.[row * width + k] as number])),
  };
}

function refusal(error: unknown): Outcome {
  return { error: toMoatError(error).toJSON() };
}
