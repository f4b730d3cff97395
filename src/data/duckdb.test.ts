import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toMoatError } from '../engine/errors.ts';
import { chunksOf, fromDuckDB, openDuckDB, quoteText } from './duckdb.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-door-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('only the named files are open, and no SQL opens others', async () => {
  const named = join(folder, 'named.csv');
  const outside = await mkdtemp(join(tmpdir(), 'moat-outside-'));
  const secret = join(outside, 'secret.csv');
  await writeFile(named, 'a\n1\n');
  await writeFile(secret, 'a\n2\n');
  const { connection, close } = await openDuckDB({ files: [named], folder: join(folder, 'spill') });
  try {
    const rows = await connection.runAndReadAll(`SELECT * FROM read_csv(${quoteText(named)})`);
    expect(rows.getRows()).toHaveLength(1);
    for (const sql of [
      `SELECT * FROM read_csv(${quoteText(secret)})`,
      `SELECT * FROM read_text('/etc/hostname')`,
      `COPY (SELECT 1) TO ${quoteText(join(outside, 'made.csv'))}`,
      `ATTACH ${quoteText(join(outside, 'made.db'))}`,
      'SET enable_external_access = true',
      'INSTALL httpfs',
      'LOAD httpfs',
    ]) {
      await expect(connection.run(sql), sql).rejects.toThrow();
    }
  } finally {
    close();
    await rm(outside, { recursive: true });
  }
});

test('chunks come in the order of the rows', async () => {
  const { connection, close } = await openDuckDB({ files: [], folder });
  try {
    const values: unknown[] = [];
    for await (const chunk of chunksOf(connection, 'SELECT i::DOUBLE FROM range(5000) AS t(i)')) values.push(...chunk.getColumnValues(0));
    expect(values).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  } finally {
    close();
  }
});

test('a quote in a text cannot end it', () => {
  expect(quoteText("it's '; DROP")).toBe("'it''s ''; DROP'");
});

test('memory that does not do is known by its code', () => {
  const full = new Error('Out of Memory Error: failed to allocate data of size 32.0 KiB (953.6 MiB/953.6 MiB used)');
  expect(toMoatError(fromDuckDB(full))).toMatchObject({
    code: 'DATA_OUT_OF_MEMORY',
    kind: 'too_large',
    why: expect.stringContaining('1GB'),
  });
});

test('a full disk is known by its code', () => {
  const full = new Error('IO Error: Could not write file "part.parquet": No space left on device');
  expect(toMoatError(fromDuckDB(full))).toMatchObject({ code: 'STORE_DISK_FULL', kind: 'storage_full' });
  const other = new Error('something else');
  expect(fromDuckDB(other)).toBe(other);
});
