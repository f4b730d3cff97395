import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../../test/postgres.ts';
import { withPostgresQuery } from '../postgres.ts';
import { sourceOf } from './index.ts';
import type { SourceRows } from './source.ts';
import { contextIn } from './testing/context.ts';
import { readCells } from './testing/read-cells.ts';

const programs = postgresPrograms();
const VARIABLE = 'MOAT_TEST_POSTGRES';
const read = async (query: string, address: { env?: string; url?: string } = { env: VARIABLE }): Promise<SourceRows> => {
  const spec = { postgres: { ...address, query } };
  return sourceOf(spec).read(spec, contextIn('.', await mkdtemp(join(folder, 'read-'))));
};
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-postgres-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
describe.skipIf(programs === undefined)('PostgreSQL (skipped: needs postgresql)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs as string);
    process.env[VARIABLE] = server.url;
    const client = new pg.Client(server.url);
    await client.connect();
    await client.query('CREATE SEQUENCE made');
    await client.end();
  });
  afterAll(() => {
    delete process.env[VARIABLE];
    server?.stop();
  });

  test('every value comes as the server writes it, lists as JSON, bytes not at all', async () => {
    const rows = await read(`SELECT * FROM (VALUES
      (9007199254740993::bigint, 0.1::float8, 1.50::numeric, 'O''Hara, "深圳"', true, '2024-02-29 10:00+08'::timestamptz, ARRAY[1, NULL, 3], ARRAY['a,b', '{'], '{"a": 1}'::jsonb, '\\x00ff'::bytea),
      (NULL, 'NaN', NULL, '', false, NULL, '{}', NULL, NULL, NULL)) AS t(whole, double, exact, word, yes, at, list, words, document, bytes);`);
    expect(await readCells(rows)).toEqual({
      whole: ['9007199254740993', null],
      double: ['0.1', 'NaN'],
      exact: ['1.50', null],
      word: ['O\'Hara, "深圳"', ''],
      yes: ['t', 'f'],
      at: ['2024-02-29 02:00:00+00', null],
      list: ['[1,null,3]', '[]'],
      words: ['["a,b","{"]', null],
      document: ['{"a": 1}', null],
    });
    expect(rows.warnings).toMatchObject([{ code: 'POSTGRES_COLUMN_LEFT_OUT', column: 'bytes' }]);
  });

  test('rows beyond one fetch come in their order, and the record names the database without its password', async () => {
    const rows = await read('SELECT n FROM generate_series(1, 20000) AS s(n)');
    expect((await readCells(rows)).n?.every((cell, i) => cell === String(i + 1))).toBe(true);
    expect(rows.files).toMatchObject([
      { path: expect.stringMatching(/^postgres:\/\/127\.0\.0\.1:\d+\/postgres$/), facts: { format: 'postgres' } },
    ]);
    expect(JSON.stringify(rows.files)).not.toContain('hunter2');
    expect((await read('SELECT n FROM generate_series(1, 20000) AS s(n)')).files).toEqual(rows.files);
  });

  test.each([
    ['CREATE TABLE x(a int)', 'POSTGRES_QUERY'],
    ['SELECT 1; DROP TABLE x', 'POSTGRES_QUERY'],
    ['SELECT secret FROM nowhere', 'POSTGRES_QUERY'],
    ["SELECT 'secret-value'::int", 'POSTGRES_QUERY'],
    ["SELECT nextval('made')", 'POSTGRES_WRITES'],
    ['SELECT 1 WHERE false', 'DATA_NO_ROWS'],
    ["SELECT repeat('x', 9000000)", 'POSTGRES_CELL_TOO_LARGE'],
  ])('%s: %s', async (query, code) => {
    const error = await read(query).catch((thrown: unknown) => thrown as Error & { toJSON(): unknown });
    expect(error).toMatchObject({ code });
    expect(JSON.stringify((error as { toJSON(): unknown }).toJSON())).not.toMatch(/secret/);
  });

  test('a query that takes too long is stopped', async () => {
    const limits = { connectMs: 10_000, statementMs: 200, rowsAtOnce: 10 };
    await expect(withPostgresQuery(server.url, 'SELECT pg_sleep(20)', limits, ({ fetch }) => fetch())).rejects.toMatchObject({
      code: '57014',
    });
  });

  test('a wrong password, a missing database and a server that is not there say so, and never the password', async () => {
    const cases = [
      [server.url.replace('hunter2', 'hunter3'), 'POSTGRES_LOGIN'],
      [server.url.replace(/postgres$/, 'nowhere'), 'POSTGRES_LOGIN'],
      [server.url.replace(/:\d+\/postgres$/, ':1/postgres'), 'POSTGRES_UNREACHABLE'],
    ] as const;
    for (const [url, code] of cases) {
      process.env[VARIABLE] = url;
      const error = await read('SELECT 1').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code });
      expect(inspect(error, { depth: 9 })).not.toMatch(/hunter/);
    }
    process.env[VARIABLE] = server.url;
  });
});

test.each([
  ['a variable that is not set', { env: 'MOAT_TEST_NOT_SET' }, 'POSTGRES_ADDRESS'],
  ['no address', {}, 'POSTGRES_ADDRESS'],
  ['an address of another kind', { url: 'mysql://host/secret-db' }, 'POSTGRES_ADDRESS'],
  ['no address at all', { url: 'secret' }, 'POSTGRES_ADDRESS'],
  ['a password in the recipe', { url: 'postgres://user:secret@host/db' }, 'POSTGRES_PASSWORD_IN_RECIPE'],
  ['a password in the recipe, as an option', { url: 'postgres://host/db?password=secret' }, 'POSTGRES_PASSWORD_IN_RECIPE'],
] as const)('%s is refused without showing it', async (_, address, code) => {
  const error = await read('SELECT 1', address).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code });
  expect(inspect(error, { depth: 9 })).not.toMatch(/secret/);
});
