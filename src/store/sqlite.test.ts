import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { openHome } from './home.ts';
import { openSqlite } from './sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'moat-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what libsql would change or die of never reaches it', () => {
  const connection = openSqlite(join(folder, 'values.db'));
  connection.exec('create table t (v)');
  const insert = connection.prepare('insert into t values (?)');
  insert.run([true]);
  insert.run(['数据 🐳 __proto__']);
  expect(connection.prepare('select v from t').all([])).toEqual([{ v: 1 }, { v: '数据 🐳 __proto__' }]);
  for (const text of ['a\0b', '\ud83d']) {
    expect(() => insert.run([text])).toThrow(expect.objectContaining({ code: 'STORE_TEXT_UNSTORABLE' }));
  }
  connection.close();
});

test('a statement that failed, or is still read from, can be run again', () => {
  const connection = openSqlite(join(folder, 'again.db'));
  connection.exec('create table t (id integer primary key)');
  const insert = 'insert into t values (?) returning id';
  for (let id = 0; id < 300; id++) {
    expect(connection.prepare(insert).all([id])).toEqual([{ id }]);
    expect(() => connection.prepare(insert).all([id])).toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' }));
  }
  const ids = connection.prepare('select id from t order by id').iterate([]);
  expect(ids.next().value).toEqual({ id: 0 });
  expect(connection.prepare('select id from t order by id').all([])).toHaveLength(300);
  expect([...ids]).toHaveLength(299);
  connection.close();
});

test('a full disk undoes the transaction, says so, and the database goes on', async () => {
  const home = await openHome(join(folder, 'full'), { command: 'moat test' });
  const created_at = '2026-01-01T00:00:00.000Z';
  const run = (id: string, size: number) => ({
    id,
    name: 'r',
    status: 'finished' as const,
    created_at,
    ended_at: null,
    dataset_version: null,
    recipe: 'x'.repeat(size),
    result: null,
  });
  await home.db.insertInto('run').values(run('before', 10)).execute();
  const setLimit = (pages: number) => sql`${sql.raw(`pragma max_page_count = ${pages}`)}`.execute(home.db);
  await setLimit(1);
  const filling = home.db.transaction().execute(async (transaction) => {
    await transaction.insertInto('run').values(run('small', 10)).execute();
    await transaction.insertInto('run').values(run('large', 1_000_000)).execute();
  });
  await expect(filling).rejects.toMatchObject({ code: 'STORE_DISK_FULL', kind: 'storage_full' });
  expect(await home.db.selectFrom('run').select('id').execute()).toEqual([{ id: 'before' }]);
  await setLimit(1_000_000);
  await home.db.insertInto('run').values(run('after', 1_000_000)).execute();
  expect(await home.db.selectFrom('run').select('id').orderBy('id').execute()).toEqual([{ id: 'after' }, { id: 'before' }]);
  await home.close();
});
