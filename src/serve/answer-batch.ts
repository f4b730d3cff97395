/** @file Answers the requests of one batch with one call to the predictor. Runs in the worker. */

import { concatTables, type Row, type Table } from '../data/index.ts';
import { toMoatError } from '../engine/errors.ts';
import type { Predictions, Predictor, Signature } from '../model/index.ts';
import type { Answer, Outcome, PredictionWarning } from './messages.ts';

/**
 * One outcome a request, in order. Each request is checked by itself, so that only its sender hears of its faults; the rows of all
 * good requests are predicted together. When that fails, each request is predicted alone, so that one poisonous row fails one request.
 */
export async function answerBatch(predictor: Predictor, requests: readonly (readonly Row[])[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const good: { readonly at: number; readonly table: Table }[] = [];
  for (const [at, rows] of requests.entries()) {
    try {
      good.push({ at, table: predictor.tableOf(rows) });
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
    const answers = answersOf(predictor.signature, predictions, table, from);
    from += table.rowCount;
    return answers;
  });
}

/** `table` holds the inputs of the predictions that begin at row `from`. */
function answersOf(signature: Signature, predictions: Predictions, table: Table, from: number): Answer[] {
  const warnings = unseenCategories(signature, table);
  return Array.from({ length: table.rowCount }, (_, i) => {
    const found = warnings.get(i);
    return { ...answerOf(signature, predictions, from + i), ...(found === undefined ? {} : { warnings: found }) };
  });
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

/** The signature lists at most this many categories; a list of that length may be cut, so that nothing follows from it. */
const LISTED_CATEGORIES = 1000;

function unseenCategories(signature: Signature, table: Table): Map<number, PredictionWarning[]> {
  const found = new Map<number, PredictionWarning[]>();
  for (const field of signature.inputs) {
    const { name, categories } = field;
    const column = table.columns.find((candidate) => candidate.name === name);
    if (categories === undefined || categories.length >= LISTED_CATEGORIES || column?.type !== 'category') continue;
    const known = new Set(categories);
    for (const [row, value] of column.values.entries()) {
      if (value === null || known.has(value)) continue;
      const message = `the value of "${name}" did not occur in training; it is treated as "other"`;
      found.set(row, [...(found.get(row) ?? []), { code: 'CATEGORY_UNSEEN', column: name, message }]);
    }
  }
  return found;
}

function refusal(error: unknown): Outcome {
  return { error: toMoatError(error).toJSON() };
}
