/** @file Probabilities for every row by models that have not seen it: cross-validation of the simple strong family and, over tables, of a network beside it. */

import { type ColumnSchema, selectRows } from '../../data/index.ts';
import type { Table } from '../../data/table.ts';
import { createRandom, type Random } from '../../engine/index.ts';
import { type Candidate, openPredictor, planCandidates, type Task, type Training, truthOf } from '../../model/index.ts';

export interface OutOfFoldOptions {
  readonly folds: number;
  readonly seed: number;
  readonly threads?: number;
  /** How many of the judges are asked: 1 is the simple model alone. Left out: all. */
  readonly judges?: number;
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
 * the models of a fold learn from the other folds alone, and choose their settings on a tenth of those.
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
  const classCount = task.classes.length;
  const fold = dealt(truth.index, classCount, folds, random);
  const probabilities = new Float64Array(table.rowCount * classCount);
  const inputs = columns.filter(({ name }) => name !== task.target);
  const judges = judgesOf(columns, task, table.rowCount).slice(0, options.judges);
  for (let held = 0; held < folds; held++) {
    signal?.throwIfAborted();
    const rows = Array.from(fold.keys());
    const learning = rows.filter((row) => fold[row] !== held);
    const asked = rows.filter((row) => fold[row] === held);
    if (asked.length === 0) continue;
    const inner = innerValidation(learning, truth.index, classCount, random);
    const context = {
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
      training: { ...TRAINING, seed, threads },
      seed,
      threads,
      prepare: [],
      onProgress: () => undefined,
      checkpoint: { load: async () => undefined, save: async () => undefined },
      ...(signal && { signal }),
    };
    for (const judge of judges) {
      const { artifact } = await judge.family.train({ ...context, options: judge.options });
      const predicted = await predictWith(artifact, selectRows(table, asked), threads);
      // the mean of what the judges say
      for (const [i, row] of asked.entries()) {
        for (let j = 0; j < classCount; j++) {
          const at = row * classCount + j;
          probabilities[at] = (probabilities[at] as number) + (predicted[i * classCount + j] as number) / judges.length;
        }
      }
    }
    onFold?.(held + 1, folds);
  }
  return probabilities;
}

/** Networks learn from more rows for long, and add little there. */
const MOST_NETWORK_ROWS = 200_000;

/** The simple model; over a table without texts and pictures also a network, which sees how columns work together. */
function judgesOf(columns: readonly ColumnSchema[], task: Task, rowCount: number): Candidate[] {
  const candidates = planCandidates({ model: 'auto' }, columns, task);
  const isTable = !columns.some(({ type }) => type === 'text' || type === 'image' || type === 'audio');
  return candidates.filter(({ family }) => family.kind === 'simple' || (family.name === 'mlp' && isTable && rowCount <= MOST_NETWORK_ROWS));
}

async function predictWith(artifact: Uint8Array, table: Table, threads: number): Promise<Float64Array> {
  const predictor = await openPredictor(artifact, { threads });
  try {
    return (await predictor.predict(table, { prepared: true })).probabilities as Float64Array;
  } finally {
    await predictor.close();
  }
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
