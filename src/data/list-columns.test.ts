import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  type DataType,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int16,
  Int64,
  List,
  Struct,
  Table,
  tableToIPC,
  Uint32,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../engine/tensor/random.ts';
import { type Home, openHome } from '../store/index.ts';
import { importDataset } from './import.ts';
import { inspectSource, readSource } from './inspect.ts';
import { readPart } from './parts.ts';
import { prepareDataset } from './prepare.ts';
import { rowsOfTable, tableFromRows } from './rows.ts';
import type { Row } from './table.ts';

let folder: string;
let home: Home;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-lists-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

const random = createRandom(7);
const COLOURS = ['red', 'green', 'blue', 'dark grey'];
/** Sixty rows: some colours, a vector of nine, a series of three to seven, and an answer. */
const rows = Array.from({ length: 60 }, (_, i) => ({
  tags: COLOURS.filter((_, k) => (i >> k) % 2 === 1),
  vector: Array.from({ length: 9 }, () => Math.fround(Math.round(random.normal() * 1000) / 1000)),
  series: Array.from({ length: 3 + (i % 5) }, (_, t) => t * i + 0.5),
  y: i % 2 === 0 ? 'even' : 'odd',
}));
const inCsv = (sign: string, vector: (numbers: readonly number[]) => string) =>
  `tags,vector,series,y\n${rows.map(({ tags, vector: v, series, y }) => `"${tags.join(sign)}","${vector(v)}","${series.join(';')}",${y}`).join('\n')}\n`;
const expected = rows.map(({ tags, ...row }) => ({ ...row, tags: tags.length === 0 ? null : tags }));
const plain = (read: readonly Row[]) =>
  read.map(({ vector, ...row }) => ({ ...row, vector: (vector as readonly number[]).map(Math.fround) }));

describe('the same rows', () => {
  test.each([
    ['bars and brackets', 'a.csv', () => inCsv('|', (v) => JSON.stringify(v))],
    ['semicolons and spaces', 'b.csv', () => inCsv('; ', (v) => v.join(' '))],
    ['commas and commas', 'c.csv', () => inCsv(', ', (v) => v.join(','))],
  ])('in CSV with %s', async (_, file, text) => {
    await writeFile(join(folder, file), text());
    const table = await readSource(file, folder, new Map());
    expect(table.columns.map(({ type }) => type)).toEqual(['list', 'embedding', 'series', 'category']);
    expect(plain(rowsOfTable(table))).toEqual(expected);
  });

  test('in JSON, Parquet and Arrow, where an empty list is a value', async () => {
    await writeFile(join(folder, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT tags::VARCHAR[] AS tags, vector::FLOAT[] AS vector, series::DOUBLE[] AS series, y FROM read_json('${join(folder, 'rows.jsonl')}')) TO '${join(folder, 'rows.parquet')}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const listOf = <T extends DataType>(type: T) => new List(new Field('item', type));
    const table = new Table({
      tags: vectorFromArray(
        rows.map(({ tags }) => tags),
        listOf(new Utf8()),
      ),
      vector: vectorFromArray(
        rows.map(({ vector }) => vector),
        listOf(new Float32()),
      ),
      series: vectorFromArray(
        rows.map(({ series }) => series),
        listOf(new Float64()),
      ),
      y: vectorFromArray(
        rows.map(({ y }) => y),
        new Utf8(),
      ),
    });
    await writeFile(join(folder, 'rows.arrows'), tableToIPC(table, 'stream'));
    for (const file of ['rows.jsonl', 'rows.parquet', 'rows.arrows']) {
      const table = await readSource(file, folder, new Map());
      expect(
        table.columns.map(({ type }) => type),
        file,
      ).toEqual(['list', 'embedding', 'series', 'category']);
      expect(plain(rowsOfTable(table)), file).toEqual(rows);
    }
  });
});

describe('lists of numbers in Parquet', () => {
  const number = 'CASE hash(i, k) % 40 WHEN 0 THEN NULL WHEN 1 THEN -0.0 ELSE (hash(k, i) % 20001) / 1000.0 - 10 END';
  const list = (width: string, of = number) => `list_transform(range(${width}), lambda k: (${of})::DOUBLE)`;
  const whole = '(hash(k, i) % 20001) / 1000.0 - 10';
  test.each([
    ['embedding', 'FLOAT[]', list('9', whole)],
    ['embedding', 'DOUBLE[]', list('9', whole)],
    ['embedding', 'INTEGER[]', list('9', 'hash(k, i) % 100')],
    ['series', 'FLOAT[]', list('(hash(i) % 9)::BIGINT')],
    ['series', 'DOUBLE[]', list('(hash(i) % 9)::BIGINT')],
    ['series', 'DOUBLE[]', `if(i % 30 = 0, [1, 'nan'::DOUBLE, 'inf'::DOUBLE, -1e300], ${list('5')})`],
  ] as const)('%s of %s: read as they are, the columns are those of their JSON text', async (type, stored, sql) => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `CREATE TABLE t AS SELECT if(i % 17 = 5, NULL, (${sql})::${stored}) AS x, if(i % 2 = 0, 'even', 'odd') AS y FROM range(3000) AS r(i)`,
    );
    for (const [file, x] of [
      ['lists.parquet', 'x'],
      ['texts.parquet', 'to_json(x)::VARCHAR AS x'],
    ])
      await connection.run(`COPY (SELECT ${x}, y FROM t) TO '${join(folder, file as string)}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    const declared = new Map([['x', type]]);
    const [lists, texts] = [await readSource('lists.parquet', folder, declared), await readSource('texts.parquet', folder, declared)];
    expect(lists).toEqual(texts);
    expect(lists.columns[0]?.type).toBe(type);
  });

  test('vectors of another width and with gaps are counted as in text', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT list_transform(range(if(i = 17, 8, 9)), lambda k: if(i = 20 AND k = 3, NULL, i + k)::FLOAT) AS vector FROM range(60) AS r(i)) TO '${join(folder, 'ragged.parquet')}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    await expect(inspectSource('ragged.parquet', folder)).rejects.toMatchObject({
      code: 'EMBEDDING_WIDTH',
      why: '2 cells of 60 are no vectors of 9 numbers, the first in row 18',
    });
  });

  test('files under each other keep their lists', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    for (const [file, stored] of [
      ['many-1.parquet', 'FLOAT[]'],
      ['many-2.parquet', 'DOUBLE[]'],
    ])
      await connection.run(
        `COPY (SELECT i AS n, list_transform(range(9), lambda k: (i * k) / 4)::${stored} AS vector FROM range(50) AS r(i)) TO '${join(folder, file as string)}' (FORMAT parquet)`,
      );
    connection.closeSync();
    instance.closeSync();
    const table = await readSource('many-*.parquet', folder, new Map([['vector', 'embedding']]));
    const one = Array.from({ length: 50 }, (_, i) => Array.from({ length: 9 }, (_, k) => (i * k) / 4)).flat();
    expect(table.columns[1]).toMatchObject({ type: 'embedding', width: 9, vectors: Float32Array.from([...one, ...one]) });
  });
});

describe('lists of numbers in Arrow', () => {
  const item = <T extends DataType>(type: T) => new Field('item', type, true);
  /** Multiples of 1/8 with gaps: numbers that half precision has. */
  const series = Array.from({ length: 3_000 }, (_, i) =>
    i % 17 === 5 ? null : Array.from({ length: i % 9 }, (_, k) => ((i * 7 + k) % 40 === 0 ? null : ((i * k) % 1_000) / 8 - 30)),
  );
  const vectors = Array.from({ length: 3_000 }, (_, i) =>
    i % 17 === 5 ? null : Array.from({ length: 9 }, (_, k) => ((i * 31 + k * 17) % 2_000) / 8 - 100),
  );
  const whole = (lists: readonly (readonly (number | null)[] | null)[]) =>
    lists.map((list) => list?.map((x) => x && Math.trunc(x)) ?? null);
  const big = (lists: readonly (readonly (number | null)[] | null)[]) =>
    lists.map((list) => list?.map((x) => (x === null ? null : BigInt(x))) ?? null);
  const write = async (name: string, column: object): Promise<void> => {
    const y = vectorFromArray(
      series.map((_, i) => (i % 2 === 0 ? 'even' : 'odd')),
      new Utf8(),
    );
    await writeFile(join(folder, name), tableToIPC(new Table({ x: column, y } as never), 'stream'));
  };
  const writeParquet = async (name: string, lists: readonly unknown[], stored: string): Promise<void> => {
    await writeFile(join(folder, 'lists.jsonl'), lists.map((x, i) => JSON.stringify({ x, y: i % 2 === 0 ? 'even' : 'odd' })).join('\n'));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const read = `read_json('${join(folder, 'lists.jsonl')}', format = 'newline_delimited', columns = { x: '${stored}', y: 'VARCHAR' })`;
    await connection.run(`COPY (SELECT * FROM ${read}) TO '${join(folder, name)}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
  };

  test.each([
    ['series', 'single precision', series, new List(item(new Float32())), 'FLOAT[]'],
    ['series', 'double precision', series, new List(item(new Float64())), 'DOUBLE[]'],
    ['series', 'half precision', series, new List(item(new Float16())), 'FLOAT[]'],
    ['series', 'small whole numbers', whole(series), new List(item(new Int16())), 'SMALLINT[]'],
    ['embedding', 'single precision', vectors, new List(item(new Float32())), 'FLOAT[]'],
    ['embedding', 'single precision, of a fixed size', vectors, new FixedSizeList(9, item(new Float32())), 'FLOAT[]'],
    ['embedding', 'half precision, of a fixed size', vectors, new FixedSizeList(9, item(new Float16())), 'FLOAT[]'],
    [
      'embedding',
      'large whole numbers',
      whole(vectors).map((list) => list?.map((x) => Math.abs(x ?? 0)) ?? null),
      new List(item(new Uint32())),
      'UINTEGER[]',
    ],
  ] as const)('%s of %s: the columns are those of Parquet', async (type, _, lists, arrow, stored) => {
    await write('x.arrow', vectorFromArray(lists as never, arrow as never));
    await writeParquet('x.parquet', lists, stored);
    const declared = new Map([['x', type]]);
    const read = await readSource('x.arrow', folder, declared);
    expect(read).toEqual(await readSource('x.parquet', folder, declared));
    expect(read.columns[0]).toMatchObject({ type });
    expect(await inspectSource('x.arrow', folder)).toEqual(await inspectSource('x.parquet', folder));
  });

  test('numbers of more digits than a float64 has, and a list inside a struct that is missing', async () => {
    await write('x.arrow', vectorFromArray(big(whole(series)) as never, new List(item(new Int64())) as never));
    await writeParquet('x.parquet', whole(series), 'BIGINT[]');
    const declared = new Map([['x', 'series']] as const);
    expect(await readSource('x.arrow', folder, declared)).toEqual(await readSource('x.parquet', folder, declared));
    const nested = vectors.map((v, i) => (i % 5 === 0 ? null : { v }));
    await write('x.arrow', vectorFromArray(nested as never, new Struct([new Field('v', new List(item(new Float32())), true)]) as never));
    await writeParquet('x.parquet', nested, 'STRUCT(v FLOAT[])');
    const vector = new Map([['x.v', 'embedding']] as const);
    expect(await readSource('x.arrow', folder, vector)).toEqual(await readSource('x.parquet', folder, vector));
  });
});

test('a request reads arrays and the text of a file alike', async () => {
  await writeFile(
    join(folder, 'a.csv'),
    inCsv('|', (v) => JSON.stringify(v)),
  );
  const fields = (await inspectSource('a.csv', folder)).slice(0, 3);
  const of = (row: Row) => tableFromRows([row], fields).columns;
  const { tags, vector, series } = rows[13] as (typeof rows)[number];
  const written = { tags: tags.join('|'), vector: vector.join(' '), series: JSON.stringify(series) };
  expect(of(written)).toEqual(of({ tags, vector, series }));
  expect(of({ tags: null, vector, series })[0]).toMatchObject({ values: [null] });
});

test.each([
  ['a vector of another width', { vector: [1, 2] }, 'an array of 9 numbers, and got an array of 2'],
  ['a vector with a gap', { vector: [null, 1, 2, 3, 4, 5, 6, 7, 8] }, 'an array with something else in it'],
  ['a number beyond single precision', { vector: [1e39, 1, 2, 3, 4, 5, 6, 7, 8] }, 'an array with something else in it'],
  ['words among the numbers of a series', { series: [1, 'secret'] }, 'an array with something else in it'],
  ['a list of lists', { tags: [['secret']] }, 'an array with something else in it'],
  ['an object', { tags: { secret: 1 } }, 'an object'],
])('%s is refused by row and field, without showing it', async (_, wrong, why) => {
  await writeFile(
    join(folder, 'a.csv'),
    inCsv('|', (v) => JSON.stringify(v)),
  );
  const fields = (await inspectSource('a.csv', folder)).slice(0, 3);
  const refusal = { code: 'ROW_VALUE_TYPE', why: expect.stringContaining(why) };
  const error = await Promise.resolve()
    .then(() =>
      tableFromRows(
        [{ ...rows[0], y: undefined, ...wrong }].map(({ y: _y, ...row }) => row),
        fields,
      ),
    )
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(refusal);
  expect(JSON.stringify(error) + (error as Error).message).not.toContain('secret');
});

test('vectors of two widths are an error that counts the rows, and a series when that is declared', async () => {
  const lines = rows.map(({ vector, y }, i) => `"[${i === 17 ? vector.slice(1) : vector}]",${y}`);
  await writeFile(join(folder, 'ragged.csv'), `vector,y\n${lines.join('\n')}\n`);
  await expect(inspectSource('ragged.csv', folder)).rejects.toMatchObject({
    code: 'EMBEDDING_WIDTH',
    why: '1 cell of 60 is no vector of 9 numbers, the first in row 18',
    fix: expect.stringContaining('series'),
  });
  const declared = await readSource('ragged.csv', folder, new Map([['vector', 'series']]));
  expect(declared.columns[0]?.type).toBe('series');
});

test('a declared type is taken, with the sign that the recipe names or the cells show', async () => {
  await writeFile(join(folder, 'words.csv'), `a,b,n\n${rows.map((_, i) => `red green,"x,y${i}",${i}`).join('\n')}\n`);
  expect((await inspectSource('words.csv', folder)).map(({ type }) => type)).not.toContain('list');
  const table = await readSource('words.csv', folder, new Map([['a', 'list space'], ['b', 'list'], ['n', 'list']])); // biome-ignore format: one line
  expect(rowsOfTable(table)[3]).toEqual({ a: ['red', 'green'], b: ['x', 'y3'], n: ['3'] });
});

test('an import keeps them, steps that know other types pass them by, and a later recipe may read them as another type', async () => {
  await writeFile(join(folder, 'rows.jsonl'), [...rows, ...rows.slice(0, 5)].map((row) => JSON.stringify(row)).join('\n'));
  const now = new Date('2026-01-01');
  const version = await importDataset(home, { name: 'mixed', data: 'rows.jsonl', folder, now });
  expect(version.columns.map(({ type, shape }) => [type, shape])).toEqual([
    ['list', undefined],
    ['embedding', [9]],
    ['series', undefined],
    ['category', undefined],
  ]);
  expect(plain(rowsOfTable(await readPart(home, version, 'all'))).slice(0, 60)).toEqual(rows);
  const split = { validation: 0.2, test: 0.2, seed: 7 };
  const clean = ['drop_duplicates', 'trim', 'impute', 'winsorise', 'redact'];
  const prepared = await prepareDataset(home, version, { target: 'y', split, clean, now });
  expect(prepared.rowCount).toBe(60);
  expect(prepared.inputs?.map(({ name, shape }) => [name, shape?.[0]])).toEqual([
    ['tags', undefined],
    ['vector', 9],
    ['series', undefined],
  ]);
  const columns = { vector: 'series', series: 'text', tags: 'list' } as const;
  const retyped = await prepareDataset(home, version, { target: 'y', columns, split, clean: [], now });
  expect(retyped.columns.map(({ type }) => type)).toEqual(['list', 'series', 'text', 'category']);
  const ragged = prepareDataset(home, version, { target: 'y', columns: { series: 'embedding' }, split, clean: [], now });
  await expect(ragged).rejects.toMatchObject({ code: 'COLUMN_TYPE_WRONG' });
});
