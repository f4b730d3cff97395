/** @file The rows of a version as Parquet files in the blob store: a table in, the same table out. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MoatError, toMoatError } from '../engine/errors.ts';
import type { ColumnSchema, DatasetVersion, Part } from './dataset.ts';
import {
  appendRows,
  BLOB,
  blobValue,
  chunksOf,
  DOUBLE,
  type DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  fromDuckDB,
  openDuckDB,
  quoteText,
  VARCHAR,
} from './duckdb.ts';
import { type DataHome, withTemporaryFolder } from './home.ts';
import type { Column, Table } from './table.ts';
import { bytesPerImage, concatTables, isNumeric } from './table-ops.ts';

/** What reading needs of a home: no database, so a child process can offer it. */
export type RowsHome = Pick<DataHome, 'blobs' | 'temporaryFolder'>;

/** Stores a table and answers the name of its blob. */
export async function writePart(home: RowsHome, table: Table): Promise<string> {
  return withTemporaryFolder(home, async (folder) => {
    const path = join(folder, 'part.parquet');
    const types = table.columns.map(storedType);
    const duckdb = await openDuckDB({ files: [], folder });
    try {
      // Names of users never reach SQL: columns are c0, c1, … in the file, and the version's schema names them.
      await duckdb.connection.run(`CREATE TABLE part (${types.map((type, i) => `c${i} ${type}`).join(', ')})`);
      await appendRows(duckdb.connection, 'part', types, table.rowCount, (column, from, to) =>
        storedValues(table.columns[column] as Column, from, to),
      );
      await duckdb.connection.run(`COPY part TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`);
    } catch (error) {
      throw toMoatError(fromDuckDB(error));
    } finally {
      duckdb.close();
    }
    return home.blobs.putFile(path);
  });
}

/** The rows of one part, in memory. A part that the version lacks, or whose file was damaged, is refused. */
export async function readPart(home: RowsHome, version: DatasetVersion, part: Part): Promise<Table> {
  const tables: Table[] = [];
  for await (const table of readPartChunks(home, version, part)) tables.push(table);
  return tables.length === 0 ? emptyTable(version.columns) : concatTables(tables);
}

/** The rows of one part in their order, a table of a few thousand rows at a time: memory stays bounded whatever the part's size. */
export async function* readPartChunks(home: RowsHome, version: DatasetVersion, part: Part): AsyncGenerator<Table> {
  const { blob } = contentOf(version, part);
  const path = home.blobs.path(blob);
  await home.blobs.verify(blob); // DuckDB reads the file itself, and would take a damaged one for data
  const folder = await home.temporaryFolder();
  const duckdb = await openDuckDB({ files: [path], folder });
  try {
    const columns = version.columns.map((_, i) => `c${i}`).join(', ');
    for await (const chunk of chunksOf(duckdb.connection, `SELECT ${columns} FROM read_parquet(${quoteText(path)})`)) {
      yield { rowCount: chunk.rowCount, columns: version.columns.map((schema, i) => loadColumn(schema, chunk, i)) };
    }
  } finally {
    duckdb.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function contentOf(version: DatasetVersion, part: Part): { readonly blob: string } {
  const content = version.parts[part];
  if (content) return content;
  const known = Object.keys(version.parts).join(', ');
  throw new MoatError(`dataset "${version.dataset}" has no part "${part}"`, {
    code: 'DATASET_PART_UNKNOWN',
    kind: 'not_found',
    why: `this version has: ${known}`,
    fix: `read one of: ${known}`,
  });
}

function storedType(column: Column): DuckDBType {
  if (column.type === 'image') return BLOB;
  return isNumeric(column) ? DOUBLE : VARCHAR;
}

function storedValues(column: Column, from: number, to: number): DuckDBValue[] {
  if (column.type === 'image') {
    const size = bytesPerImage(column);
    return Array.from({ length: to - from }, (_, i) => blobValue(column.pixels.subarray((from + i) * size, (from + i + 1) * size)));
  }
  if (isNumeric(column)) return Array.from(column.values.subarray(from, to), (value) => (Number.isNaN(value) ? null : value));
  return column.values.slice(from, to);
}

function loadColumn(schema: ColumnSchema, chunk: DuckDBDataChunk, index: number): Column {
  const { name, type } = schema;
  const values = chunk.getColumnValues(index);
  if (type === 'image') {
    const column = emptyImage(schema);
    const size = bytesPerImage(column);
    const pixels = new Uint8Array(values.length * size);
    values.forEach((value, row) => {
      pixels.set((value as { readonly bytes: Uint8Array }).bytes, row * size);
    });
    return { ...column, pixels };
  }
  if (type === 'category' || type === 'text' || type === 'id') return { name, type, values: values as (string | null)[] };
  return { name, type, values: Float64Array.from(values as (number | null)[], (value) => value ?? Number.NaN) };
}

function emptyTable(columns: readonly ColumnSchema[]): Table {
  return {
    rowCount: 0,
    columns: columns.map((schema): Column => {
      const { name, type } = schema;
      if (type === 'image') return emptyImage(schema);
      if (type === 'category' || type === 'text' || type === 'id') return { name, type, values: [] };
      return { name, type, values: new Float64Array() };
    }),
  };
}

function emptyImage({ name, shape }: ColumnSchema): Extract<Column, { type: 'image' }> {
  const [height = 0, width = 0, channels = 1] = shape ?? [];
  return { name, type: 'image', height, width, channels, pixels: new Uint8Array(0) };
}
