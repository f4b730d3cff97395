/** @file Probabilities for every row by a model that has not seen it: cross-validation of the simple strong family. */

import { type ColumnSchema, selectRows } from '../../data/index.ts';
import type { Table } from '../../data/table.ts';
import { createRandom, type Random } from '../../engine/index.ts';
import { type Candidate, openPredictor, planCandidates, type Task, type Training, truthOf } from '../../model/index.ts';

export interface OutOfFoldOptions {
  readonly folds: number;
  readonly seed: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onFold?: (done: number, folds: number) => void;
}

const TRAINING: Omit<Training, 'seed' | 'threads'> = {
  epochs: 'auto',
  batchSize: 'auto',
  earlyStopping: 5,
  optimizer: 'auto',
  learningRate: 'auto',
  refit: true,
};

/** Share of a fold's training rows on which the strength of the penalty is chosen. */
const INNER_VALIDATION = 0.1;

/**
 * Rows × classes, row-major. The rows of each class are dealt out over the folds, so that each fold has them in the same shares;
 * the model of a fold learns from the other folds alone, and chooses its settings on a tenth of those.
 */
export async function outOfFoldProbabilities(
  table: Table,
  columns: readonly ColumnSchema[],
  task: Exclude<Task, { kind: 'regression' }>,
  options: OutOfFoldOptions,
): Promise<Float64Array> {
  const { folds, seed, threads = 0, signal, onFold } = options;
  const truth = truthOf(table, task) as { readonly index: Int32Array };
  const random = createRandom(seed);
  const fold = dealt(truth.index, task.classes.length, folds, random);
  const probabilities = new Float64Array(table.rowCount * task.classes.length);
  const inputs = columns.filter(({ name }) => name !== task.target);
  const simple = planCandidates({ model: 'auto' }, columns, task).find(({ family }) => family.kind === 'simple') as Candidate;
  const { family } = simple;
  for (let held = 0; held < folds; held++) {
    signal?.throwIfAborted();
    const rows = Array.from(fold.keys());
    const learning = rows.filter((row) => fold[row] !== held);
    const asked = rows.filter((row) => fold[row] === held);
    if (asked.length === 0) continue;
    const inner = innerValidation(learning, truth.index, task.classes.length, random);
    const candidate = await family.train({
      task,
      columns: inputs,
      train: selectRows(
        table,
        learning.filter((row) => !inner.has(row)),
      ),
      validation: selectRows(
        table,
        learning.filter((row) => inner.has(row)),
      ),
      options: simple.options,
      training: { ...TRAINING, seed, threads },
      seed,
      threads,
      prepare: [],
      onProgress: () => undefined,
      checkpoint: { load: async () => undefined, save: async () => undefined },
      ...(signal && { signal }),
    });
    const predictor = await openPredictor(candidate.artifact, { threads });
    try {
      const predicted = await predictor.predict(selectRows(table, asked), { prepared: true });
      asked.forEach((row, i) => {
        const from = i * task.classes.length;
        probabilities.set((predicted.probabilities as Float64Array).subarray(from, from + task.classes.length), row * task.classes.length);
      });
    } finally {
      await predictor.close();
    }
    onFold?.(held + 1, folds);
  }
  return probabilities;
}

/** The fold of each row: the rows of each class in random order, one fold after the other. */
function dealt(labels: Int32Array, classCount: number, folds: number, random: Random): Int32Array {
  const fold = new Int32Array(labels.length);
  let next = 0;
  for (let label = 0; label < classCount; label++) {
    const rows = rowsOf(labels, label);
    for (const place of random.permutation(rows.length)) fold[rows[place] as number] = next++ % folds;
  }
  return fold;
}

/** Of each class a tenth, rounded down: a small class stays where it can be learned. */
function innerValidation(learning: readonly number[], labels: Int32Array, classCount: number, random: Random): Set<number> {
  const taken = new Set<number>();
  for (let label = 0; label < classCount; label++) {
    const rows = learning.filter((row) => labels[row] === label);
    const order = random.permutation(rows.length);
    for (const place of order.subarray(0, Math.floor(INNER_VALIDATION * rows.length))) taken.add(rows[place] as number);
  }
  return taken;
}

function rowsOf(labels: Int32Array, label: number): number[] {
  return Array.from(labels.keys()).filter((row) => labels[row] === label);
}
