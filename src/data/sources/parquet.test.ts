import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourceOf } from './index.ts';
import type { SourceContext } from './source.ts';
import { contextIn } from './testing/context.ts';
import { readCells } from './testing/read-cells.ts';

let folder: string;
let context: SourceContext;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-parquet-'));
  context = contextIn(folder);
});
afterAll(async () => {
  await context.parquet.close();
  await rm(folder, { recursive: true, force: true });
});

const read = (path: string) => sourceOf(path).read(path, context);

/** Runs SQL on an engine of its own, and answers the rows. */
async function run(...statements: readonly string[]): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    let rows: unknown[][] = [];
    for (const sql of statements) rows = (await connection.runAndReadAll(sql)).getRows();
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test('structs, lists, instants, bytes and names that are SQL', async () => {
  await run(
    "SET TimeZone = 'Asia/Shanghai'",
    `COPY (
      SELECT 1::BIGINT AS "a""; DROP", 0.1::FLOAT AS f, {'x': 7, 'y': {'z': 'deep'}} AS s, [1, 2] AS l, 'bytes'::BLOB AS b,
        TIMESTAMPTZ '2024-05-01 08:00:00+08' AS t, DATE '2024-05-01' AS d, true AS ok
      UNION ALL SELECT NULL, 'inf'::FLOAT, NULL, NULL, NULL, NULL, NULL, NULL
    ) TO '${join(folder, 'table.parquet')}' (FORMAT parquet)`,
  );
  const rows = await read('table.parquet');
  expect(await readCells(rows)).toEqual({
    'a"; DROP': ['1', null],
    f: ['0.1', 'inf'],
    's.x': ['7', null],
    's.y.z': ['deep', null],
    l: ['[1,2]', null],
    t: ['2024-05-01 00:00:00', null],
    d: ['2024-05-01', null],
    ok: ['true', null],
  });
  expect(rows.warnings).toMatchObject([{ code: 'PARQUET_COLUMN_LEFT_OUT', message: expect.stringContaining('"b"') }]);
});

test('values of every type are in the copy what they are in the file', async () => {
  const values = [
    "'-128'::TINYINT",
    "'255'::UTINYINT",
    "'-9223372036854775808'::BIGINT",
    "'18446744073709551615'::UBIGINT",
    "'1e-45'::FLOAT",
    "'NaN'::DOUBLE",
    "'-inf'::DOUBLE",
    "'-0.0'::DOUBLE",
    "'1.7976931348623157e308'::DOUBLE",
    "'1234567.89'::DECIMAL(9, 2)",
    "'-12345678901234567890123456789.123456789'::DECIMAL(38, 9)",
    "'0001-01-01'::DATE",
    "'9999-12-31'::DATE",
    "'infinity'::DATE",
    "'23:59:59.999999'::TIME",
    "'2024-02-29 12:34:56.789012'::TIMESTAMP",
    "'-infinity'::TIMESTAMP",
    "'2024-02-29 12:34:56.789'::TIMESTAMP_MS",
    "'2024-02-29 12:34:56'::TIMESTAMP_S",
    "'2024-02-29 12:34:56.789012345'::TIMESTAMP_NS",
    "INTERVAL '3 months 2 days 1 millisecond'",
    "'4ac7a9e9-607c-4c8a-84f3-843f0191e3fd'::UUID",
    "'b'::ENUM ('a', 'b')",
    '\'{"a": [1, null]}\'::JSON',
    "'深圳 \u0001 \u{1F600}'",
    "''",
    '[]::INTEGER[]',
    '[1.5, NULL]::DOUBLE[]',
    '[[1], NULL, []]::INTEGER[][]',
    "[{'a': 'x', 'b': NULL}]",
    "MAP {'k': 1, 'l': NULL}",
    '[1, 2]::INTEGER[2]',
    'NULL::INTEGER',
  ];
  const path = join(folder, 'types.parquet');
  await run(`COPY (SELECT ${values.map((value, i) => `${value} AS v${i}`).join(', ')}) TO '${path}' (FORMAT parquet)`);
  const asText = values.map((value, i) => (/\[|MAP/.test(value) && !value.includes('JSON') ? `to_json(v${i})::VARCHAR` : `v${i}::VARCHAR`));
  const [direct] = await run(`SELECT ${asText.join(', ')} FROM '${path}'`);
  const cells = await readCells(await read('types.parquet'));
  expect(values.map((value, i) => [value, cells[`v${i}`]?.[0]])).toEqual(values.map((value, i) => [value, direct?.[i]]));
});

test('rows keep their order over many row groups', async () => {
  await run(
    `COPY (SELECT i, hash(i) AS h FROM range(300000) r(i)) TO '${join(folder, 'long.parquet')}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  const { i } = await readCells(await read('long.parquet'));
  expect(i).toHaveLength(300_000);
  expect(i?.every((cell, at) => cell === String(at))).toBe(true);
});

test('folders that are named as partitions are columns', async () => {
  for (const year of [2023, 2024]) {
    await mkdir(join(folder, `sales/year=${year}`), { recursive: true });
    await run(`COPY (SELECT ${year - 2000} AS n) TO '${join(folder, `sales/year=${year}/a.parquet`)}' (FORMAT parquet)`);
  }
  expect(await readCells(await read('sales/year=*/a.parquet'))).toEqual({ n: ['23', '24'], year: ['2023', '2024'] });
});

test('a file without rows, and one of bytes alone', async () => {
  for (const [name, query] of Object.entries({ empty: 'SELECT 1 AS a WHERE false', bytes: "SELECT 'x'::BLOB AS a" })) {
    await run(`COPY (${query}) TO '${join(folder, `${name}.parquet`)}' (FORMAT parquet)`);
    await expect(read(`${name}.parquet`)).rejects.toMatchObject({ code: 'DATA_NO_ROWS' });
  }
});

test('texts that are only together UTF-8 are refused', async () => {
  const path = join(folder, 'split.parquet');
  await run(`COPY (SELECT unnest(['é', 'x']) AS b) TO '${path}' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION uncompressed)`);
  const bytes = await readFile(path);
  // the lengths of two texts: the first is 2, and the next is 1 less; in their place 1, and 1 more
  const at = bytes.indexOf(Buffer.from([0x80, 0x10, 8, 2, 4, 1]));
  expect(at).toBeGreaterThan(0);
  Buffer.from([0x80, 0x10, 8, 2, 2, 2]).copy(bytes, at);
  await writeFile(path, bytes);
  const rows = await read('split.parquet');
  await expect(readCells(rows)).rejects.toMatchObject({ code: 'PARQUET_UNREADABLE' });
});

test('a page that brings DuckDB down is refused, and the next file is read', async () => {
  const path = join(folder, 'sound.parquet');
  await run(`COPY (SELECT 'w' || i AS b FROM range(8) r(i)) TO '${path}' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION uncompressed)`);
  const bytes = await readFile(path);
  // the lengths of the texts: blocks of 2,048 values in 8 parts, 8 values in all; in their place blocks of no values
  const at = bytes.indexOf(Buffer.from([0x80, 0x10, 8, 8]));
  expect(at).toBeGreaterThan(0);
  Buffer.from([0x00, 0x18, 0x08, 0x00, 0x04]).copy(bytes, at);
  await writeFile(join(folder, 'crash.parquet'), bytes);
  await expect(read('crash.parquet')).rejects.toMatchObject({
    code: 'PARQUET_UNREADABLE',
    why: expect.stringContaining('ended the process'),
  });
  expect(await readCells(await read('sound.parquet'))).toEqual({ b: ['w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7'] });
});
