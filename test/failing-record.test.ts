/** @file When the database refuses what a training process tells, the run fails with that error; nothing crashes and nothing goes on. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { parseRecipe } from '../src/model/index.ts';
import { trainRecipe } from '../src/runs/index.ts';
import { openHome } from '../src/store/index.ts';

const lines = Array.from({ length: 60 }, (_, row) => `${row % 9},${row % 4},${row % 2 === 0 ? 'yes' : 'no'}`);

test('a curve that cannot be written fails the run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moat-record-'));
  await writeFile(join(folder, 'rows.csv'), ['a,b,answer', ...lines, ''].join('\n'));
  const home = await openHome(join(folder, '.moat'), { command: 'test' });
  await sql`create trigger refuse before insert on run_metric begin select raise(abort, 'planted'); end`.execute(home.db);
  const recipe = parseRecipe({
    name: 'rows',
    data: 'rows.csv',
    target: 'answer',
    split: { test: 0.2 },
    model: ['mlp'],
    train: { epochs: 3 },
  });
  await expect(trainRecipe(home, recipe, { folder })).rejects.toThrow('planted');
  expect(await home.db.selectFrom('run').select('status').execute()).toEqual([{ status: 'failed' }]);
  await home.close();
  await rm(folder, { recursive: true });
});

test('a family that is listed twice keeps two curves', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moat-record-'));
  await writeFile(join(folder, 'rows.csv'), ['a,b,answer', ...lines, ''].join('\n'));
  const home = await openHome(join(folder, '.moat'), { command: 'test' });
  const model = [{ mlp: { hidden: [4] } }, { mlp: { hidden: [8] } }];
  const recipe = parseRecipe({ name: 'rows', data: 'rows.csv', target: 'answer', split: { test: 0.2 }, model, train: { epochs: 2 } });
  const { candidates } = await trainRecipe(home, recipe, { folder });
  expect(candidates.map(({ name }) => name)).toEqual(['majority', 'mlp', 'mlp-2']);
  const curves = await home.db.selectFrom('run_metric').select('family').distinct().orderBy('family').execute();
  expect(curves).toEqual([{ family: 'mlp' }, { family: 'mlp-2' }]);
  await home.close();
  await rm(folder, { recursive: true });
});
