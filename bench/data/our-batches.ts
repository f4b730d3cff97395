/** @file One epoch of batches over the training rows, as a network family is fed: every row encoded, nothing computed on them. */

import { findDataset, listDatasets, openShuffled } from '../../src/data/index.ts';
import { fitFeatures, openFeatures } from '../../src/model/encoders/index.ts';
import { streamedBatches } from '../../src/model/families/streamed.ts';
import type { Home } from '../../src/store/index.ts';

const COLUMNS = [
  'amount',
  'balance',
  'age',
  'visits',
  'score',
  'latitude',
  'rating',
  'income',
  'channel',
  'region',
  'product',
  'priority',
  'subscribed',
  'returned',
];
const OPTIONS = { category: { maxCategories: 1_000 }, text: { words: null, characters: null, minDocuments: 1, maxTerms: 1 } };

export async function onePassOfBatches(home: Home): Promise<void> {
  const prepared = (await listDatasets(home)).find(({ parent }) => parent !== null);
  if (!prepared) throw new Error('prepare the rows first');
  const version = await findDataset(home, `rows@${prepared.id}`);
  const isRead = ({ name }: { readonly name: string }): boolean => COLUMNS.includes(name);
  const stream = await openShuffled(home, version, 'train', 7, isRead);
  const features = openFeatures(fitFeatures(await stream.sample(200_000, 7), COLUMNS, OPTIONS));
  const none = { dtype: 'float32', shape: [0], data: new Float32Array() } as const;
  const batches = streamedBatches(stream, 256, (table) => ({
    x: (rows, room) => ({ dtype: 'float32', shape: [rows.length, features.width], data: features.encodeDense(table, rows, room) }),
    y: () => none,
  }));
  let rowCount = 0;
  for await (const { x } of batches.epoch(0)) rowCount += (x as { shape: readonly number[] }).shape[0] ?? 0;
  await stream.close();
  if (rowCount !== version.parts.train?.rowCount) throw new Error(`${rowCount} rows came of ${version.parts.train?.rowCount}`);
}
