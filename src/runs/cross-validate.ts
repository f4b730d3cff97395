/**
 * @file Cross-validation: every row is predicted by models that never saw it, fold by fold.
 *
 * Each fold is a prepared version of its own, whose cleaning learned from its training rows alone; a share of those rows stops
 * and tunes the training, so the rows of the fold have no part in making the model that predicts them.
 */

import { type DatasetVersion, readPart } from '../data/index.ts';
import type { Table } from '../data/table.ts';
import { concatTables } from '../data/table-ops.ts';
import { openPredictor, type Predictions } from '../model/index.ts';
import { type TrainingInput, trainCandidates } from './candidates.ts';
import type { ChildHome } from './child-home.ts';
import type { TrainMessage } from './messages.ts';
import { validationRows } from './rows.ts';

export interface OutOfFold {
  /** The rows of all folds, one fold after the other. */
  readonly table: Table;
  /** For those rows, by candidate. */
  readonly predictions: ReadonlyMap<string, Predictions>;
}

/** Trains the candidates of every fold and has them predict its rows. What an earlier attempt finished is taken as it is. */
export async function predictOutOfFold(
  home: ChildHome,
  folds: readonly DatasetVersion[],
  input: Omit<TrainingInput, 'version' | 'train' | 'validation'>,
): Promise<OutOfFold> {
  const tables: Table[] = [];
  const pieces = new Map<string, Predictions[]>();
  for (const [i, version] of folds.entries()) {
    const test = await readPart(home, version, 'test');
    const train = await readPart(home, version, 'train');
    const validation = await validationRows(home, version, train);
    const candidates = await trainCandidates({ ...inFold(input, `fold-${i + 1}/`), version, train, validation });
    for (const { name, artifact } of candidates) {
      const predictor = await openPredictor(await home.blobs.get(artifact), { threads: input.recipe.train.threads });
      pieces.set(name, [...(pieces.get(name) ?? []), await predictor.predict(test, { prepared: true })]);
      await predictor.close();
    }
    tables.push(test);
  }
  return { table: concatTables(tables), predictions: new Map([...pieces].map(([name, list]) => [name, pooled(list)])) };
}

/** The same input, with what it keeps and tells under the fold's own names. */
function inFold(
  input: Omit<TrainingInput, 'version' | 'train' | 'validation'>,
  prefix: string,
): Omit<TrainingInput, 'version' | 'train' | 'validation'> {
  const saved = Object.entries(input.saved).flatMap(([name, state]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), state]] : [],
  );
  const named = (message: TrainMessage): TrainMessage =>
    message.kind === 'saved' ? { ...message, candidate: prefix + message.candidate } : { ...message, family: prefix + message.family };
  return { ...input, saved: Object.fromEntries(saved), tell: (message) => input.tell(named(message)) };
}

function pooled(pieces: readonly Predictions[]): Predictions {
  const [first] = pieces;
  const numbers = (of: (piece: Predictions) => Float64Array | undefined): Float64Array =>
    Float64Array.from(pieces.flatMap((piece) => [...(of(piece) ?? [])]));
  return {
    rowCount: pieces.reduce((sum, { rowCount }) => sum + rowCount, 0),
    ...(first?.probabilities && { probabilities: numbers(({ probabilities }) => probabilities) }),
    ...(first?.labels && { labels: pieces.flatMap(({ labels = [] }) => labels) }),
    ...(first?.values && { values: numbers(({ values }) => values) }),
  };
}
