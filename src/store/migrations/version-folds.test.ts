import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { migrate } from '../migrate.ts';
import type { Database } from '../schema.ts';
import { openSqlite, sqliteDialect } from '../sqlite.ts';
import { migrations } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'moat-folds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the folds that earlier runs named are marked, and nothing else is', async () => {
  const connection = openSqlite(join(folder, 'moat.db'));
  const db = new Kysely<Database>({ dialect: sqliteDialect(connection) });
  const { '0004-version-folds': _, ...earlier } = migrations;
  await migrate(db, folder, earlier);
  const version = (id: string, parent: string | null) => ({ id, dataset: 'd', parent, created_at: '2026', row_count: 1, manifest: '{}' });
  await db
    .insertInto('dataset_version')
    .values([version('raw', null), version('all', 'raw'), version('f1', 'raw'), version('f2', 'raw')])
    .execute();
  const run = { name: 'r', status: 'finished', created_at: '2026', ended_at: null, recipe: '{}', result: null } as const;
  await db
    .insertInto('run')
    .values([
      { ...run, id: 'a', dataset_version: 'all', folds: '["f1","f2"]' },
      { ...run, id: 'b', dataset_version: 'all', folds: null },
    ])
    .execute();
  await migrate(db, folder);
  expect(await db.selectFrom('dataset_version').select(['id', 'fold']).orderBy('id').execute()).toEqual([
    { id: 'all', fold: null },
    { id: 'f1', fold: '{"index":0,"count":2}' },
    { id: 'f2', fold: '{"index":1,"count":2}' },
    { id: 'raw', fold: null },
  ]);
  await db.destroy();
});
