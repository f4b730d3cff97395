/** @file What rows looked like, and how good the model was, when nothing was wrong: kept beside a model version, compared with every window. */

import type { Table } from '../data/table.ts';
import { selectRows } from '../data/table-ops.ts';
import { MoatError } from '../engine/errors.ts';
import { createRandom } from '../engine/tensor/random.ts';
import { type MetricName, measure, type Sample, sampleOf, selectSample } from '../evaluate/index.ts';
import type { Predictions, Signature, Task, TaskKind } from '../model/predictor.ts';
import type { Truth } from '../model/task.ts';
import { watchScores } from './scores.ts';
import { type NamedFeature, type Occurrences, occurrences, unwatched, watchColumn } from './watch.ts';

export interface WatchedColumn {
  readonly column: string;
  readonly features: readonly NamedFeature[];
  /** Words of a text column, or categories, with the number of reference rows that hold them. */
  readonly known: Occurrences;
}

/** One metric over the reference and how much it varies between chunks of it. */
export interface ReferenceQuality {
  readonly metric: MetricName;
  readonly title: string;
  readonly direction: 'higher' | 'lower';
  /** Over all labelled reference rows. */
  readonly value: number;
  /** Standard deviation over chunks of `chunkRows` rows. */
  readonly deviation: number;
}

/** Plain JSON. */
export interface Reference {
  readonly format: 'moat-reference-1';
  readonly createdAt: string;
  readonly rowCount: number;
  readonly task: Task;
  readonly columns: readonly WatchedColumn[];
  readonly unwatched: readonly { readonly column: string; readonly why: string }[];
  readonly scores: readonly NamedFeature[];
  /** Rows that the scores were taken from. */
  readonly scoreCount: number;
  /** Absent when the truth was not given or too few rows have one. */
  readonly quality?: { readonly rowCount: number; readonly chunkRows: number; readonly metrics: readonly ReferenceQuality[] };
}

/** A larger table is represented by this many evenly spaced rows. */
const MOST_ROWS = 10_000;
const CHUNK_COUNT = 20;
const FEWEST_CHUNK_ROWS = 20;

/** What live quality is judged by: few numbers that move together, so that three of them do not triple the false alarms. */
const qualityMetrics: Readonly<Record<TaskKind, readonly MetricName[]>> = {
  binary: ['accuracy', 'roc_auc', 'log_loss'],
  multiclass: ['accuracy', 'log_loss'],
  regression: ['mae', 'rmse'],
};

/**
 * Learns the reference from rows that the model was not trained on (validation or test): on training rows its scores would look
 * surer and its quality better than they will ever be again. `table` holds raw rows, as requests bring them; it may be larger than
 * what was predicted, because columns can be learned from training rows as well. `truth` belongs to the predictions.
 * Errors: `REFERENCE_NO_ROWS`.
 */
export function fitReference(input: {
  readonly table: Table;
  readonly predictions: Predictions;
  readonly signature: Signature;
  readonly truth?: Truth;
  /** ISO 8601. */
  readonly now: string;
}): Reference {
  const { table, predictions, signature, truth, now } = input;
  if (table.rowCount === 0) {
    throw new MoatError('there is nothing to compare later traffic with: the reference has no rows', {
      code: 'REFERENCE_NO_ROWS',
      why: 'drift is measured against rows that the model predicted while it was evaluated',
      fix: 'keep a validation or test part in the split',
    });
  }
  const step = Math.ceil(table.rowCount / MOST_ROWS);
  const kept = selectRows(
    table,
    Uint32Array.from({ length: Math.floor((table.rowCount - 1) / step) + 1 }, (_, i) => i * step),
  );
  const watched = signature.inputs.flatMap(({ name }) => kept.columns.find((column) => column.name === name) ?? []);
  const quality = truth === undefined ? undefined : fitQuality(sampleOf(signature.task, truth, predictions));
  return {
    format: 'moat-reference-1',
    createdAt: now,
    rowCount: table.rowCount,
    task: signature.task,
    columns: watched.flatMap((column): WatchedColumn[] => {
      const known = occurrences(column);
      const features = watchColumn(column, known, true);
      return features.length === 0 ? [] : [{ column: column.name, features, known: [...known] }];
    }),
    unwatched: watched.flatMap(({ name, type }) => (unwatched[type] === undefined ? [] : [{ column: name, why: unwatched[type] }])),
    scores: watchScores(signature.task, predictions),
    scoreCount: predictions.rowCount,
    ...(quality === undefined ? {} : { quality }),
  };
}

function fitQuality(sample: Sample): Reference['quality'] {
  const chunkCount = Math.min(CHUNK_COUNT, Math.floor(sample.rowCount / FEWEST_CHUNK_ROWS));
  if (chunkCount < 2) return undefined;
  const chunkRows = Math.floor(sample.rowCount / chunkCount);
  const names = qualityMetrics[sample.task.kind];
  const { measured } = measure(sample, names, { samples: 0, seed: 0 });
  // Rows may stand in an order that means something, so chunks are drawn; always with the same seed.
  const order = createRandom(0).fork('chunks').permutation(sample.rowCount);
  const chunks = Array.from({ length: chunkCount }, (_, i) => {
    const chunk = selectSample(sample, order.subarray(i * chunkRows, (i + 1) * chunkRows));
    return measure(chunk, names, { samples: 0, seed: 0 }).measured;
  });
  const metrics = measured.flatMap(({ metric, title, direction, value }, which): ReferenceQuality[] => {
    const values = chunks.flatMap((chunk) => chunk[which]?.value ?? []);
    return value === null || values.length < 2 ? [] : [{ metric, title, direction, value, deviation: standardDeviation(values) }];
  });
  return { rowCount: sample.rowCount, chunkRows, metrics };
}

/** Of a sample: divided by n − 1. */
function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  return Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1));
}
