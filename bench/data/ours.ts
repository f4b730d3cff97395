/** @file One stage of the bench as a user of the library runs it. */

import { join } from 'node:path';
import { findDataset, importDataset, prepareDataset, profileDataset } from '../../src/data/index.ts';
import { openHome } from '../../src/store/index.ts';
import { measure } from './measure.ts';
import { onePassOfBatches } from './our-batches.ts';

const [stage = '', folder = ''] = process.argv.slice(2);
const home = await openHome(join(folder, 'home'), { command: 'bench' });
const now = new Date();

/** Eight steps: texts tidied, outliers held, gaps filled, repeated rows dropped. */
const CLEAN = [
  { fold_spaces: { column: 'message' } },
  { map: { column: 'channel', values: { phone: 'call' } } },
  { clip: { column: 'income', max: 10_000 } },
  { clip: { column: 'amount', min: 0 } },
  { impute: { column: 'amount', with: 'median' } },
  { impute: { column: 'score', with: 'mean' } },
  { impute: { column: 'product', with: 'most_frequent' } },
  'drop_duplicates',
] as const;

const stages: Readonly<Record<string, () => Promise<void>>> = {
  async import() {
    await importDataset(home, { name: 'rows', data: 'rows.csv', folder, now });
  },
  async profile() {
    await profileDataset(home, await findDataset(home, 'rows'), { target: 'churned' });
  },
  async 'clean and split'() {
    const split = { validation: 0.1, test: 0.2, seed: 7 };
    await prepareDataset(home, await findDataset(home, 'rows'), { target: 'churned', split, clean: CLEAN as never, now });
  },
  async batches() {
    await onePassOfBatches(home);
  },
};

await measure(async () => {
  await stages[stage]?.();
});
await home.close();
