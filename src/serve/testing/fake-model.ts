/** @file A model for tests of serving: registered in a home, answered in this process by a rule that a test can work out by hand. */

import { tableFromRows } from '../../data/index.ts';
import type { Column, NumericColumn, StringColumn, Table } from '../../data/table.ts';
import type { Predictions, Predictor, Signature } from '../../model/index.ts';
import type { Home } from '../../store/index.ts';
import { answerBatch } from '../answer-batch.ts';
import type { Worker } from '../endpoint.ts';
import { registerForTest } from './register.ts';

/** Whether a review is good: a text, how many stars (may be missing), the shop, and the column that a careless program trips over. */
export const signature: Signature = {
  inputs: [
    { name: 'review', type: 'text', nullable: false },
    { name: 'stars', type: 'number', nullable: true },
    { name: 'shop', type: 'category', nullable: true, categories: ['north', 'south'] },
    { name: '__proto__', type: 'integer', nullable: true },
  ],
  task: { kind: 'binary', target: 'good', classes: ['false', 'true'], positive: 'true' },
};

/** The probability of `true` is stars / 8, or 0.5 when they are missing. */
export function fakePredictor(artifact = 'a'.repeat(64)): Predictor {
  return {
    artifact,
    family: 'fake',
    parameterCount: 0,
    signature,
    tableOf: async (rows) => tableFromRows(rows, signature.inputs),
    predict: async (table) => predict(table),
    close: async () => {},
  };
}

/** A worker in this process. `kill` ends it as a crash would. */
export function fakeWorker(predictor: Predictor = fakePredictor()): Worker {
  let end: (reason: string) => void = () => {};
  const exited = new Promise<string>((resolve) => {
    end = resolve;
  });
  const lost = exited.then((reason): never => {
    throw new Error(reason);
  });
  lost.catch(() => {});
  return {
    exited,
    predict: (requests) => Promise.race([answerBatch(predictor, requests), lost]),
    close: async () => end('closed'),
    kill: () => end('it was killed'),
  };
}

/** Registers the next version of the fake model; the first is the champion. */
export async function registerFake(home: Home, model: string): Promise<void> {
  await registerForTest(home, { model, artifact: 'f'.repeat(64), family: 'fake', signature });
}

function predict(table: Table): Predictions {
  const stars = (columnOf(table, 'stars') as NumericColumn).values;
  const good = Array.from(stars, (value) => (Number.isNaN(value) ? 0.5 : value / 8));
  const shops = (columnOf(table, 'shop') as StringColumn).values;
  const unseen = [...shops.entries()].filter(([, shop]) => shop !== null && !['north', 'south'].includes(shop));
  return {
    rowCount: table.rowCount,
    labels: good.map((p) => (p >= 0.5 ? 'true' : 'false')),
    probabilities: Float64Array.from(good.flatMap((p) => [1 - p, p])),
    ...(unseen.length === 0
      ? {}
      : { warnings: unseen.map(([row]) => ({ row, message: '"shop" holds a category that training never saw' })) }),
  };
}

function columnOf(table: Table, name: string): Exclude<Column, { type: 'image' }> {
  return table.columns.find((column) => column.name === name) as Exclude<Column, { type: 'image' }>;
}
