/** @file Rows that our own code reads, on their way in: chunk by chunk into Parquet files of a temporary folder. */

import { join } from 'node:path';
import { appendRows, BLOB, blobValue, type DuckDBType, type DuckDBValue, fromDuckDB, openDuckDB, quoteText, VARCHAR } from '../duckdb.ts';
import type { SourceColumn, SourceContext, SourceRows, Staged } from './source.ts';

/** Some thousand rows, one array a column: text cells, or bytes for a typed column of images; a missing cell is null. A later chunk may have more columns. */
export type StagedChunk = readonly (readonly (string | Uint8Array | null)[])[];

/** A file is written whenever so many rows or characters are gathered. */
const ROWS_A_FILE = 1 << 17;
const CHARACTERS_A_FILE = 1 << 25;

type Place = Pick<SourceContext, 'temporaryFolder' | 'stage'>;

/**
 * Writes the chunks in their order, in bounded memory. The width of the rows is that of the widest chunk: what an earlier one
 * lacks is missing there. The temporary folder must stay until the rows were read.
 */
export async function stageChunks(
  { temporaryFolder, stage }: Place,
  chunks: AsyncIterable<StagedChunk> | Iterable<StagedChunk>,
): Promise<Staged> {
  if (stage) return stage(chunks);
  const duckdb = await openDuckDB({ files: [], folder: temporaryFolder });
  try {
    const folder = await duckdb.freshFolder();
    const paths: string[] = [];
    let rowCount = 0;
    let width = 0;
    let gathered: StagedChunk[] = [];
    let [rows, characters] = [0, 0];
    const write = async (): Promise<void> => {
      if (rows === 0) return;
      const path = join(folder, `${paths.length}.parquet`);
      const columns = Math.max(1, ...gathered.map((chunk) => chunk.length));
      const types = Array.from({ length: columns }, (_, i) => typeOf(gathered, i));
      await duckdb.connection.run(`CREATE TABLE piece (${types.map((type, i) => `c${i} ${type}`).join(', ')})`);
      for (const chunk of gathered) {
        await appendRows(duckdb.connection, 'piece', types, rowsOf(chunk), (column, from, to) => valuesOf(chunk, column, from, to));
      }
      await duckdb.connection.run(`COPY piece TO ${quoteText(path)} (FORMAT parquet, COMPRESSION lz4_raw)`);
      await duckdb.connection.run('DROP TABLE piece');
      paths.push(path);
      [gathered, rows, characters] = [[], 0, 0];
    };
    for await (const chunk of chunks) {
      gathered.push(chunk);
      rows += rowsOf(chunk);
      rowCount += rowsOf(chunk);
      width = Math.max(width, chunk.length);
      for (const column of chunk) for (const cell of column) characters += cell?.length ?? 0;
      if (rows >= ROWS_A_FILE || characters >= CHARACTERS_A_FILE) await write();
    }
    await write();
    return { from: fromFiles(paths), reach: paths, rowCount, width };
  } catch (error) {
    throw fromDuckDB(error);
  } finally {
    duckdb.close();
  }
}

/** Stages text cells under the names of their columns. */
export async function stageCells(
  place: Place,
  names: readonly string[],
  chunks: AsyncIterable<StagedChunk> | Iterable<StagedChunk>,
): Promise<Pick<SourceRows, 'columns' | 'from' | 'reach'> & { readonly rowCount: number }> {
  const { from, reach, rowCount } = await stageChunks(place, chunks);
  return { columns: textColumns(names), from, reach, rowCount };
}

/** Text columns of the given names. */
export function textColumns(names: readonly string[]): SourceColumn[] {
  return names.map((name) => ({ name, type: 'cells' }));
}

function fromFiles(paths: readonly string[]): string {
  if (paths.length === 0) return '(SELECT NULL::VARCHAR AS c0 WHERE false)';
  return `read_parquet([${paths.map(quoteText).join(', ')}], union_by_name = true)`;
}

function rowsOf(chunk: StagedChunk): number {
  return chunk[0]?.length ?? 0;
}

function typeOf(chunks: readonly StagedChunk[], column: number): DuckDBType {
  return chunks.some((chunk) => chunk[column]?.some((cell) => cell instanceof Uint8Array)) ? BLOB : VARCHAR;
}

function valuesOf(chunk: StagedChunk, column: number, from: number, to: number): DuckDBValue[] {
  const cells = chunk[column]?.slice(from, to) ?? Array.from({ length: to - from }, () => null);
  return cells.map((cell) => (cell instanceof Uint8Array ? blobValue(cell) : cell));
}
