import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite } from '../../store/sqlite.ts';
import type { SourceSpec } from '../dataset.ts';
import { sourceOf } from './index.ts';
import type { SourceRows } from './source.ts';
import { contextIn } from './testing/context.ts';
import { readCells } from './testing/read-cells.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-sqlite-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let fileCount = 0;
function file(sql: string): string {
  const name = `a b?#%${fileCount++}.sqlite`;
  const database = openSqlite(join(folder, name));
  database.exec(sql);
  database.close();
  return name;
}
const read = (spec: SourceSpec): Promise<SourceRows> => sourceOf(spec).read(spec, contextIn(folder));
describe('a table', () => {
  test('keeps every digit, NUL and gap; blobs become gaps; nothing is written beside the file', async () => {
    const path = file(`CREATE TABLE t(i INTEGER, r REAL, s TEXT, b, "we""ird" TEXT, twice AS (i * 2));
      INSERT INTO t(i, r, s, b, "we""ird") VALUES (9007199254740993, 0.1 + 0.2, 'x' || char(0) || 'y', x'00ff', '深圳'), (NULL, 1e300, '', 7, NULL);
      CREATE VIEW v AS SELECT 1; CREATE TABLE other(x)`);
    const rows = await read({ sqlite: path, table: 't' });
    expect(await readCells(rows)).toEqual({
      i: ['9007199254740993', null],
      r: ['0.30000000000000004', '1e+300'],
      s: ['x\0y', ''],
      b: [null, '7'],
      'we"ird': ['深圳', null],
    });
    expect(rows.warnings.map(({ code, column }) => `${code} ${column}`)).toEqual([
      'SQLITE_COLUMN_LEFT_OUT twice',
      'SQLITE_BLOBS_LEFT_OUT b',
    ]);
    expect((await readdir(folder)).filter((name) => /-(?:wal|shm|journal)$/.test(name))).toEqual([]);
    await expect(read(path)).rejects.toMatchObject({ code: 'SQLITE_TABLE_CHOICE', why: 'they are: other, t' });
    await expect(read({ sqlite: path, table: 'T2' })).rejects.toMatchObject({ code: 'SQLITE_TABLE_UNKNOWN' });
  });

  test('in UTF-16, and the only one, needs no name', async () => {
    const path = file(`PRAGMA encoding = 'UTF-16be'; CREATE TABLE t(s); INSERT INTO t VALUES ('Zoë 深圳 😀')`);
    expect(await readCells(await read(path))).toEqual({ s: ['Zoë 深圳 😀'] });
  });

  test('of 20,000 rows comes in order', async () => {
    const path = file(
      'CREATE TABLE t(n); WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < 19999) INSERT INTO t SELECT n FROM c',
    );
    const { n = [] } = await readCells(await read(path));
    expect(n.every((cell, i) => cell === String(i))).toBe(true);
    expect(n).toHaveLength(20_000);
  });
});

describe('a query', () => {
  const path = () => file("CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'x')");

  test('names its columns', async () => {
    const rows = await read({
      sqlite: path(),
      query: 'WITH s AS (SELECT b, sum(a) AS total FROM t GROUP BY b) SELECT *, upper(b) FROM s ORDER BY b; ',
    });
    expect(await readCells(rows)).toEqual({ b: ['x', 'y'], total: ['4', '2'], 'upper(b)': ['X', 'Y'] });
  });

  test.each([
    ["SELECT readfile('/etc/passwd')", 'SQLITE_QUERY_FORBIDDEN'],
    ["SELECT writefile('/tmp/x', 'x') FROM t", 'SQLITE_QUERY_FORBIDDEN'],
    ["SELECT a FROM t WHERE b = (SELECT load_extension('x'))", 'SQLITE_QUERY_FORBIDDEN'],
    ['SELECT * FROM pragma_database_list', 'SQLITE_QUERY_FORBIDDEN'],
    ['SELECT random()', 'SQLITE_QUERY_FORBIDDEN'],
    ["ATTACH '/tmp/x' AS x", 'SQLITE_QUERY'],
    ["VACUUM INTO '/tmp/x'", 'SQLITE_QUERY'],
    ['DELETE FROM t', 'SQLITE_QUERY'],
    ['DELETE FROM t RETURNING a', 'SQLITE_QUERY'],
    ["SELECT 1) ; ATTACH '/tmp/x' AS y; SELECT (1", 'SQLITE_QUERY'],
    ['SELECT nothing FROM t', 'SQLITE_QUERY'],
    ['SELECT a FROM t WHERE a > 9', 'DATA_NO_ROWS'],
  ])('%s is refused', async (query, code) => {
    await expect(read({ sqlite: path(), query })).rejects.toMatchObject({ code });
  });
});

describe('is refused', () => {
  test('a cell of 9 MiB, before it is read', async () => {
    const path = file(`CREATE TABLE t(s); INSERT INTO t VALUES ('a'), (printf('%.*c', 9437184, 'x'))`);
    await expect(read(path)).rejects.toMatchObject({ code: 'SQLITE_CELL_TOO_LARGE', why: 'row 2 has more than 8 MiB in "s"' });
  });

  test('text that is no text, without showing it', async () => {
    await expect(read(file(`CREATE TABLE t(s); INSERT INTO t VALUES (CAST(x'ff41' AS TEXT))`))).rejects.toMatchObject({
      code: 'SQLITE_TEXT',
    });
  });

  test('a file that is in use', async () => {
    const path = file('CREATE TABLE t(s); INSERT INTO t VALUES (1)');
    await writeFile(join(folder, `${path}-wal`), 'x');
    await expect(read(path)).rejects.toMatchObject({ code: 'SQLITE_IN_USE' });
  });

  test.each([
    ['another format', 'SQLite format 3\0 but no more', 'SQLITE_UNREADABLE'],
    ['nothing', '', 'DATA_NO_ROWS'],
    ['text', 'a,b\n1,2\n'.repeat(500), 'SQLITE_UNREADABLE'],
  ])('%s', async (_, bytes, code) => {
    await writeFile(join(folder, 'bad.db'), bytes);
    await expect(read('bad.db')).rejects.toMatchObject({ code });
  });
});

test('names that are no text are refused: the library would end the process', async () => {
  const path = join(folder, 'names.db');
  const database = openSqlite(path);
  database.exec('CREATE TABLE named_table(named_column TEXT); INSERT INTO named_table VALUES (1)');
  database.close();
  const bytes = await readFile(path);
  for (const name of ['named_table', 'named_column']) {
    const damaged = Buffer.from(bytes.toString('latin1').replaceAll(name, `${name.slice(0, -1)}\xff`), 'latin1');
    await writeFile(join(folder, 'damaged.db'), damaged);
    await expect(read('damaged.db')).rejects.toMatchObject({ code: 'SQLITE_UNREADABLE' });
  }
});
