/** @file A model that was really trained, within a second: for tests that cross the process, and for the benchmark. */

import { Value } from 'typebox/value';
import type { ColumnSchema } from '../../data/index.ts';
import type { Row, Table } from '../../data/table.ts';
import { createRandom } from '../../engine/index.ts';
import { type FamilyOptions, familyNamed, type Signature, type Task, type Training } from '../../model/index.ts';
import type { Home } from '../../store/index.ts';
import { registerForTest } from './register.ts';

const WORDS = 'the a very coffee tea taste bag price great awful fine smell again never loved hated fresh stale sweet bitter'.split(' ');
const task: Task = { kind: 'binary', target: 'good', classes: ['false', 'true'], positive: 'true' };
const columns: readonly ColumnSchema[] = [
  { name: 'review', type: 'text', nullable: false, why: 'declared' },
  { name: 'stars', type: 'number', nullable: true, why: 'declared' },
];

const training: Training = {
  epochs: 'auto',
  batchSize: 'auto',
  earlyStopping: 5,
  optimizer: 'auto',
  learningRate: 'auto',
  seed: 7,
  threads: 1,
  refit: false,
};

/** Rows as a client would send them: thirty words of a small vocabulary, and stars. The same seed gives the same rows. */
export function sampleRows(rowCount: number, seed: number): Row[] {
  const random = createRandom(seed);
  return Array.from({ length: rowCount }, () => ({
    review: Array.from({ length: 30 }, () => WORDS[random.int(WORDS.length)]).join(' '),
    stars: random.int(6),
  }));
}

/** Trains the linear family on 600 sample rows, registers it as the next version of the model, and gives the artifact's bytes. */
export async function registerTrained(home: Home, model: string): Promise<Uint8Array> {
  const linear = familyNamed('linear');
  const { artifact } = await linear.train({
    task,
    columns,
    train: labelled(sampleRows(600, 1)),
    validation: labelled(sampleRows(200, 2)),
    options: Value.Default(linear.options, {}) as FamilyOptions,
    training,
    seed: 7,
    threads: 1,
    onProgress: () => {},
    checkpoint: { load: async () => undefined, save: async () => {} },
    prepare: [],
  });
  const signature: Signature = { inputs: columns.map(({ name, type, nullable }) => ({ name, type, nullable })), task };
  await registerForTest(home, { model, artifact: await home.blobs.put(artifact), family: 'linear', signature });
  return artifact;
}

/** A review is good when it has more than two stars. */
function labelled(rows: readonly Row[]): Table {
  return {
    rowCount: rows.length,
    columns: [
      { name: 'review', type: 'text', values: rows.map(({ review }) => review as string) },
      { name: 'stars', type: 'number', values: Float64Array.from(rows, ({ stars }) => stars as number) },
      { name: task.target, type: 'boolean', values: Float64Array.from(rows, ({ stars }) => ((stars as number) > 2 ? 1 : 0)) },
    ],
  };
}
