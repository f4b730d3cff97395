/** @file A model that was really trained, within a second: for tests that cross the process, and for the benchmark. */

import type { ColumnSchema } from '../../data/index.ts';
import type { Row, Table } from '../../data/table.ts';
import { createRandom } from '../../engine/index.ts';
import { familyNamed, parseRecipe, type Signature, type Task } from '../../model/index.ts';
import type { Home } from '../../store/index.ts';

const WORDS = 'the a very coffee tea taste bag price great awful fine smell again never loved hated fresh stale sweet bitter'.split(' ');
const task: Task = { kind: 'binary', target: 'good', classes: ['false', 'true'], positive: 'true' };
const columns: readonly ColumnSchema[] = [
  { name: 'review', type: 'text', nullable: false, why: 'declared' },
  { name: 'stars', type: 'number', nullable: true, why: 'declared' },
];

/** Rows as a client would send them: thirty words of a small vocabulary, and stars. The same seed gives the same rows. */
export function sampleRows(rowCount: number, seed: number): Row[] {
  const random = createRandom(seed);
  return Array.from({ length: rowCount }, () => ({
    review: Array.from({ length: 30 }, () => WORDS[random.int(WORDS.length)]).join(' '),
    stars: random.int(6),
  }));
}

/** Trains the linear family on 600 sample rows, registers it as a version of the model, and gives the artifact's bytes. */
export async function registerTrained(home: Home, { model, version }: { model: string; version: number }): Promise<Uint8Array> {
  const { train: training } = parseRecipe({ name: model, data: 'none.csv', target: task.target });
  const { artifact } = await familyNamed('linear').train({
    task,
    columns,
    train: labelled(sampleRows(600, version)),
    validation: labelled(sampleRows(200, 100 + version)),
    options: parseLinear(),
    training,
    seed: 7,
    threads: 1,
    onProgress: () => {},
    checkpoint: { load: async () => undefined, save: async () => {} },
    prepare: [],
  });
  const signature: Signature = { inputs: columns.map(({ name, type, nullable }) => ({ name, type, nullable })), task };
  const at = '2026-01-01T00:00:00.000Z';
  const run = `run-${model}-${version}`;
  await home.db
    .insertInto('run')
    .values({ id: run, name: model, status: 'finished', created_at: at, ended_at: at, dataset_version: null, recipe: '{}', result: '{}' })
    .execute();
  await home.db
    .insertInto('model_version')
    .values({
      model,
      version,
      created_at: at,
      artifact: await home.blobs.put(artifact),
      run,
      family: 'linear',
      signature: JSON.stringify(signature),
      reference: null,
      summary: '{}',
    })
    .execute();
  if (version === 1) await home.db.insertInto('alias').values({ model, alias: 'champion', version, changed_at: at }).execute();
  return artifact;
}

function parseLinear() {
  const { model } = parseRecipe({ name: 'x', data: 'none.csv', target: task.target, model: 'linear' });
  const [choice] = model === 'auto' ? [] : model;
  return choice?.options ?? {};
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
