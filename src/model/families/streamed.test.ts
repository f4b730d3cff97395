import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocksOf } from '../../data/blocks.ts';
import type { DatasetVersion, Part } from '../../data/dataset.ts';
import { openDuckDB } from '../../data/duckdb.ts';
import { fillTable, openParts, tableOfRelation } from '../../data/parts.ts';
import { type Relation, storeRelations } from '../../data/relation.ts';
import { readColumn, samplePart } from '../../data/sample.ts';
import { openShuffled } from '../../data/shuffled.ts';
import type { NumericColumn, StringColumn, Table } from '../../data/table.ts';
import { TableBuilder } from '../../data/table-builder.ts';
import { concatTables, selectRows } from '../../data/table-ops.ts';
import { type Batches, createRandom, fit, layers, losses, optimizers, sequential, type Tensor } from '../../engine/index.ts';
import { type Home, openHome } from '../../store/index.ts';
import { DenseRoom } from '../encoders/dense-room.ts';
import { streamedBatches } from './streamed.ts';

/** Four row groups of the file, two of them together in each buffer. */
const ROWS = 400_000;
let folder: string;
let home: Home;
let version: DatasetVersion;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-sample-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
  const duckdb = await openDuckDB({ files: [], folder: await home.temporaryFolder() });
  const columns = [
    { name: 'n', type: 'integer', why: 'counted', nullable: false } as const,
    { name: 's', type: 'category', why: 'named', nullable: false } as const,
  ];
  const from = `(SELECT i::DOUBLE AS c0, 'v' || (i % 3) AS c1 FROM range(${ROWS}) AS t(i))`;
  const parts = new Map<Part, Relation>([['train', { from, rowCount: ROWS, columns }]]);
  const facts = { dataset: 'd', parent: null, createdAt: '2024-05-01', columns, steps: [], prepare: [], warnings: [], sources: [] };
  version = await storeRelations(home, duckdb, parts, facts);
  duckdb.close();
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

const valuesIn = (table: Table) => (table.columns[0] as NumericColumn).values;
const roomFor = (rows: Uint32Array, room = new DenseRoom()): Float32Array => room.take(rows.length);
const numbersIn = (table: Table): number[] => [...valuesIn(table)];

test('a sample is seeded, in order, and whole rows; a part that is small enough comes whole', async () => {
  const sample = await samplePart(home, version, 'train', 1_000, 7);
  const numbers = numbersIn(sample);
  expect(sample.rowCount).toBe(1_000);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect((sample.columns[1] as StringColumn).values).toEqual(numbers.map((n) => `v${n % 3}`));
  expect(numbersIn(await samplePart(home, version, 'train', 1_000, 7))).toEqual(numbers);
  expect(numbersIn(await samplePart(home, version, 'train', 1_000, 8))).not.toEqual(numbers);
  const stream = await openShuffled(home, version, 'train', 7);
  expect(numbersIn(await stream.sample(1_000, 7))).toEqual(numbers);
  await stream.close();
  expect((await samplePart(home, version, 'train', ROWS, 7)).rowCount).toBe(ROWS);
  expect((await readColumn(home, version, 'train', 's')).columns.map(({ name }) => name)).toEqual(['s']);
});

test('an epoch of batches holds every row once, in an order of its own, and goes on in its middle', async () => {
  const stream = await openShuffled(home, version, 'train', 7);
  const batches = streamedBatches(stream, 1_000, (rows) => {
    const values = valuesIn(rows);
    const take = (picked: Uint32Array) =>
      ({ dtype: 'float32', shape: [picked.length], data: Float32Array.from(picked, (row) => values[row] as number) }) as const;
    return { x: take, y: take };
  });
  const epoch = async (number: number, from = 0): Promise<number[][]> => {
    const seen: number[][] = [];
    for await (const { x } of batches.epoch(number, from)) seen.push([...(x.data as Float32Array)]);
    return seen;
  };
  const first = await epoch(0);
  expect(first).toHaveLength(batches.batchCount as number);
  expect(first.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, i) => i));
  for (const from of [1, 170, (batches.batchCount as number) - 2]) expect(await epoch(0, from)).toEqual(first.slice(from));
  expect((await epoch(1)).flat()).not.toEqual(first.flat());
  await stream.close();
});

test('a batch stands while the next one is made', async () => {
  const stream = await openShuffled(home, version, 'train', 7);
  const batches = streamedBatches(stream, 1_000, (table) => {
    const write = (rows: Uint32Array, data: Float32Array) => {
      const values = valuesIn(table);
      for (let i = 0; i < rows.length; i++) data[i] = values[rows[i] as number] as number;
      return { dtype: 'float32', shape: [rows.length], data } as const;
    };
    return { x: (rows, room) => write(rows, roomFor(rows, room)), y: (rows) => write(rows, roomFor(rows)) };
  });
  let before: { readonly x: Tensor; readonly y: Tensor } | undefined;
  const rooms = new Set<unknown>();
  for await (const batch of batches.epoch(0)) {
    // y has room of its own in every batch
    expect(before?.x.data).toEqual(before?.y.data);
    before = batch as { readonly x: Tensor; readonly y: Tensor };
    rooms.add(before.x.data);
  }
  expect(rooms.size).toBeLessThan(12); // two, and those of the smaller last batches of buffers
  await stream.close();
});

test('training on batches that share room learns what it learns from copies of them', async () => {
  const stream = await openShuffled(home, version, 'train', 7);
  const shared = streamedBatches(stream, 4_096, (table) => {
    const values = valuesIn(table);
    const write = (rows: Uint32Array, data: Float32Array) => {
      for (let i = 0; i < rows.length; i++) data[i] = (values[rows[i] as number] as number) / ROWS;
      return { dtype: 'float32', shape: [rows.length, 1], data } as const;
    };
    return { x: (rows, room) => write(rows, roomFor(rows, room)), y: (rows) => write(rows, roomFor(rows)) };
  });
  const copied: Batches = {
    async *epoch(epoch, from) {
      for await (const { x, y } of shared.epoch(epoch, from)) yield { x: { ...x, data: (x.data as Float32Array).slice() } as Tensor, y };
    },
  };
  const learned = async (batches: Batches) => {
    const network = sequential([layers.dense({ units: 1 })]);
    const options = { loss: losses.meanSquaredError(), optimizer: optimizers.adam({ learningRate: 1e-2 }), epochs: 1, seed: 7, threads: 1 };
    return [...(await fit(network, batches, options)).parameters];
  };
  expect(await learned(shared)).toEqual(await learned(copied));
  await stream.close();
});

test('in a buffer, row i is the row that a permutation of the seed names', async () => {
  const { duckdb, parts, close } = await openParts(home, version, ['train']);
  const part = parts.get('train') as Relation;
  const relation = { ...part, from: `(SELECT c0, c1, [c0] AS c2 FROM ${part.from} LIMIT 5000)`, rowCount: 5_000 };
  const columns = [...part.columns, { name: 'l', type: 'series' } as const];
  const order = createRandom(7).permutation(5_000);
  const few = { ...relation, columns };
  const plain = await tableOfRelation(duckdb, few);
  const builder = new TableBuilder(columns, undefined);
  expect(await fillTable(builder, duckdb, [few], order)).toEqual(selectRows(plain, order));
  // again, in the memory of the table before
  const twice = createRandom(8).permutation(10_000);
  expect(await fillTable(builder, duckdb, [few, few], twice)).toEqual(selectRows(concatTables([plain, plain]), twice));
  expect(await fillTable(builder, duckdb, [few])).toEqual(plain);
  await expect(tableOfRelation(duckdb, { ...few, rowCount: 5_001 })).rejects.toThrow('fewer rows');
  await expect(tableOfRelation(duckdb, { ...few, rowCount: 4_999 })).rejects.toThrow('more rows');
  await close();
});

test('a block is a row group of the file, or an equal share of one whose rows are wide', async () => {
  const { duckdb, parts, close } = await openParts(home, version, ['train']);
  const path = home.blobs.path(parts.get('train')?.blob as string);
  const groups = await blocksOf(duckdb, path, version.columns, [0, 1]);
  expect(groups.length).toBeGreaterThan(3);
  expect(groups.map(({ from }) => from)).toEqual(groups.map((_, i) => groups.slice(0, i).reduce((sum, { rowCount }) => sum + rowCount, 0)));
  expect(groups.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(ROWS);
  // 122,880 rows of 500 numbers of four bytes are more than the 2²⁷ bytes of a block, and less than those of two
  const wide = await blocksOf(duckdb, path, [{ name: 'v', type: 'embedding', shape: [500] }], [0]);
  const [first] = groups;
  expect(wide.slice(0, 2).map(({ rowCount }) => rowCount)).toEqual([
    Math.ceil((first?.rowCount as number) / 2),
    Math.floor((first?.rowCount as number) / 2),
  ]);
  expect(wide.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(ROWS);
  await close();
});

test('only the columns that are wanted are read', async () => {
  const stream = await openShuffled(home, version, 'train', 7, ({ name }) => name === 's');
  const { value: some } = await stream.rows(0, 0).next();
  const whole = await openShuffled(home, version, 'train', 7);
  const { value: all } = await whole.rows(0, 0).next();
  expect((some as Table).columns).toEqual((all as Table).columns.filter(({ name }) => name === 's'));
  await Promise.all([stream.close(), whole.close()]);
});
