import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHome } from '../store/index.ts';
import { canonicalJson, contentId } from './content-hash.ts';
import type { Part } from './dataset.ts';
import { type DuckDB, openDuckDB } from './duckdb.ts';
import { readPart, relationOfTable, tableOfRelation, withParts } from './parts.ts';
import { type Relation, relationOfFile, storeRelations, writeParquet } from './relation.ts';
import { rowsOfTable } from './rows.ts';
import type { Table } from './table.ts';

let folder: string;
let duckdb: DuckDB;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-relation-'));
  duckdb = await openDuckDB({ files: [], folder });
});
afterAll(async () => {
  duckdb.close();
  await rm(folder, { recursive: true, force: true });
});

const facts = { dataset: 'd', columns: [], parent: null, prepare: [] };
const idOf = (relation: Relation) => contentId(duckdb, facts, new Map<Part, Relation>([['all', relation]]));

let tableCount = 0;
const staged = (table: Table) => relationOfTable(duckdb, table, `t${tableCount++}`);

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes);

/** The canonical form written out by hand, as the head of content-hash.ts states it. */
function expectedId(numbers: readonly (number | null)[], strings: readonly (string | null)[]): string {
  const float64 = Buffer.from(Float64Array.from(numbers, (value) => value ?? Number.NaN).buffer);
  const columns = [
    { name: 'x', type: 'number', digests: [sha256(float64).digest('hex')] },
    { name: 's', type: 'text', digests: [sha256(stringStream(strings)).digest('hex')] },
  ];
  const head = canonicalJson({ form: 'moat dataset 3', dataset: 'd', schema: [], parent: null, prepare: [] });
  return sha256(head + canonicalJson({ part: 'all', rowCount: numbers.length, columns })).digest('hex');
}

function stringStream(strings: readonly (string | null)[]): Uint8Array {
  const bytes = strings.map((value) => (value === null ? Buffer.from([0xff]) : Buffer.from(value)));
  if (bytes.every(({ length }) => length <= 12))
    return Buffer.concat(bytes.flatMap((value) => [Buffer.from([value.length, 0, 0, 0]), value, Buffer.alloc(12 - value.length)]));
  return Buffer.from(strings.map((value) => (value === null ? '\n' : `"${value.replaceAll('"', '""')}"\n`)).join(''));
}

test('the name of a content is what its canonical form says, for any values', async () => {
  const row = fc.record({
    x: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value))),
    s: fc.option(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        fc.constantFrom('', '\\x00', 'twelve bytes', 'thirteen byte', 'two\nlines, "quoted"\r\n', '""', ',', 'NULL'),
      ),
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
      const [numbers, strings] = [rows.map(({ x }) => x), rows.map(({ s }) => s?.replaceAll('\0', '') ?? null)];
      const relation = await staged({
        rowCount: rows.length,
        columns: [
          { name: 'x', type: 'number', values: Float64Array.from(numbers, (value) => value ?? Number.NaN) },
          { name: 's', type: 'text', values: strings },
        ],
      });
      expect(await idOf(relation)).toBe(expectedId(numbers, strings));
    }),
    { seed: 7, numRuns: 25 },
  );
});

test('neither row groups nor chunks nor threads have a part in the name, and the order of the rows has', async () => {
  const rows = (order: string) => `(SELECT i::DOUBLE AS c0, 'the text of row ' || i AS c1 FROM range(150000) AS t(i) ${order})`;
  const columns = [{ name: 'x', type: 'number' } as const, { name: 's', type: 'text' } as const];
  const relation: Relation = { from: rows(''), rowCount: 150_000, columns };
  const path = join(folder, 'small-groups.parquet');
  await duckdb.connection.run(`COPY (SELECT * FROM ${rows('')}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 10000)`);
  const id = await idOf(relation);
  expect(await idOf(await writeParquet(duckdb, relation, join(folder, 'ours.parquet')))).toBe(id);
  expect(await idOf(relationOfFile(path, 150_000, columns))).toBe(id);
  expect(await idOf({ ...relation, from: rows('ORDER BY i DESC') })).not.toBe(id);
});

const lists = fc.record({
  tags: fc.option(fc.array(fc.constantFrom('a', 'b', 'of over twelve bytes', 'ü'), { maxLength: 4 })),
  vector: fc.option(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 2 })),
  series: fc.option(fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), { maxLength: 5 })),
});

test('lists, vectors and series are stored and read back as they are, and two contents have two names', async () => {
  const names = new Map<string, string>();
  await fc.assert(
    fc.asyncProperty(fc.array(lists, { maxLength: 8 }), async (rows) => {
      const table: Table = {
        rowCount: rows.length,
        columns: [
          { name: 'tags', type: 'list', values: rows.map(({ tags }) => tags) },
          {
            name: 'vector',
            type: 'embedding',
            width: 2,
            vectors: Float32Array.from(
              rows.flatMap(({ vector }) => vector ?? [Number.NaN, Number.NaN]),
              (x) => x + 0,
            ),
          },
          {
            name: 'series',
            type: 'series',
            values: rows.map(({ series }) => series && Float64Array.from(series, (x) => (x === null ? Number.NaN : x + 0))),
          },
        ],
      };
      const written = await writeParquet(duckdb, await staged(table), join(folder, 'lists.parquet'));
      expect(await tableOfRelation(duckdb, written)).toEqual(table);
      const id = await idOf(written);
      const content = JSON.stringify(rowsOfTable(table));
      expect(names.get(id) ?? content).toBe(content);
      names.set(id, content);
    }),
    { seed: 7, numRuns: 40 },
  );
  expect(names.size).toBeGreaterThan(20);
});

test('where an item stands counts, and a missing list is none without items', async () => {
  const ids = new Set<string>();
  for (const values of [
    [['a'], ['b']],
    [['a', 'b'], []],
    [[], ['a', 'b']],
    [['a', 'b'], null],
  ]) {
    ids.add(await idOf(await staged({ rowCount: values.length, columns: [{ name: 'x', type: 'list', values }] })));
  }
  expect(ids.size).toBe(4);
});

test('infinities, NaN and −0 do not get into a file', async () => {
  const from = `(SELECT unnest(['inf'::DOUBLE, 'nan'::DOUBLE, -0.0::DOUBLE, 1.5::DOUBLE]) AS c0)`;
  const written = await writeParquet(duckdb, { from, rowCount: 4, columns: [{ name: 'x', type: 'number' }] }, join(folder, 'x.parquet'));
  const values = (await duckdb.connection.runAndReadAll(`SELECT c0 FROM ${written.from}`)).getRows().flat();
  expect(values).toEqual([null, null, 0, 1.5]);
});

test('relations become a version, which opens again for SQL and as a table; the same rows again are the same version', async () => {
  const home = await openHome(join(folder, 'home'), { command: 'test' });
  const temporary = await home.temporaryFolder();
  const engine = await openDuckDB({ files: [], folder: temporary });
  try {
    const columns = [{ name: 'n', type: 'integer' } as const];
    const parts = new Map<Part, Relation>([['all', { from: '(SELECT i::DOUBLE AS c0 FROM range(10) AS t(i))', rowCount: 10, columns }]]);
    const about = { dataset: 'd', parent: null, createdAt: '2024-05-01', steps: [], prepare: [], warnings: [], sources: [] };
    const schema = [{ name: 'n', type: 'integer', why: 'counted', nullable: false } as const];
    const version = await storeRelations(home, engine, parts, { ...about, columns: schema });
    expect(await storeRelations(home, engine, parts, { ...about, columns: schema, createdAt: '2025-05-01' })).toEqual(version);
    expect(version.rowCount).toBe(10);
    const [column] = (await readPart(home, version, 'all')).columns;
    expect(column?.type === 'integer' && [...column.values]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const sum = await withParts(home, version, async ({ duckdb: { connection }, parts: opened }) =>
      (await connection.runAndReadAll(`SELECT sum(c0) FROM ${opened.get('all')?.from}`)).getRows(),
    );
    expect(sum).toEqual([[45]]);
  } finally {
    engine.close();
    await home.close();
  }
});
