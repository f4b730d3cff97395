/** @file Rows that our own code reads, on their way in: chunk by chunk into Parquet files of a temporary folder. */

import { join } from 'node:path';
import {
  appendRows,
  BLOB,
  blobValue,
  DOUBLE,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  fromDuckDB,
  INTEGER,
  LIST,
  listValue,
  openDuckDB,
  quoteText,
  VARCHAR,
} from '../duckdb.ts';
import { jsonOf } from '../sql.ts';
import type { SourceColumn, SourceContext, SourceRows, Staged } from './source.ts';

/** Numbers of one cell; one that is missing among them is null. */
export type NumberList = ArrayLike<number | bigint | null>;

/**
 * Some thousand rows, one array a column: text cells, bytes for a typed column of images, or lists of numbers; a missing cell is null.
 * A later chunk may have more columns.
 */
export type StagedChunk = readonly (readonly (string | Uint8Array | NumberList | null)[])[];

/** The columns that hold lists of numbers, by place, with the type of the numbers. */
export type NumberColumns = ReadonlyMap<number, DuckDBType>;

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
  numbers: NumberColumns = new Map(),
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
      const types = Array.from({ length: columns }, (_, i) => {
        const number = numbers.get(i);
        return number ? LIST(number) : typeOf(gathered, i);
      });
      await duckdb.connection.run(`CREATE TABLE piece (${types.map((type, i) => `${storedName(i, numbers)} ${type}`).join(', ')})`);
      for (const chunk of gathered) {
        await appendRows(duckdb.connection, 'piece', types, rowsOf(chunk), (column, from, to) =>
          numbers.has(column) ? listsOf(chunk, column, from, to) : valuesOf(chunk, column, from, to),
        );
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
      for (const [i, column] of chunk.entries())
        for (const cell of column) characters += (cell?.length ?? 0) * (numbers.has(i) ? Float64Array.BYTES_PER_ELEMENT : 1);
      if (rows >= ROWS_A_FILE || characters >= CHARACTERS_A_FILE) await write();
    }
    await write();
    return { from: fromFiles(paths, width, numbers), reach: paths, rowCount, width };
  } catch (error) {
    throw fromDuckDB(error);
  } finally {
    duckdb.close();
  }
}

/** Stages text cells and lists of numbers under the names of their columns. */
export async function stageCells(
  place: Place,
  names: readonly string[],
  chunks: AsyncIterable<StagedChunk> | Iterable<StagedChunk>,
  numbers: NumberColumns = new Map(),
): Promise<Pick<SourceRows, 'columns' | 'from' | 'reach'> & { readonly rowCount: number }> {
  const { from, reach, rowCount } = await stageChunks(place, chunks, numbers);
  const exact = [...numbers].flatMap(([i, type]) => (EXACT.has(type) ? [i] : []));
  return { columns: textColumns(names, new Set(exact)), from, reach, rowCount };
}

/** Whole numbers of more bits lose digits in DOUBLE: of them the JSON text is read. */
const EXACT: ReadonlySet<DuckDBType> = new Set<DuckDBType>([FLOAT, DOUBLE, INTEGER]);

/** Text columns of the given names, some of which hold lists of numbers that DOUBLE holds as they are. */
export function textColumns(names: readonly string[], areNumbers: ReadonlySet<number> = new Set()): SourceColumn[] {
  return names.map((name, i) => ({ name, type: 'cells', ...(areNumbers.has(i) && { isNumbers: true }) }));
}

function fromFiles(paths: readonly string[], width: number, numbers: NumberColumns): string {
  if (paths.length === 0) return '(SELECT NULL::VARCHAR AS c0 WHERE false)';
  const stored = `read_parquet([${paths.map(quoteText).join(', ')}], union_by_name = true)`;
  if (numbers.size === 0) return stored;
  const cells = Array.from({ length: width }, (_, i) => (numbers.has(i) ? `${jsonOf(`n${i}`)} AS c${i}, n${i}` : `c${i}`));
  return `(SELECT ${cells.join(', ')} FROM ${stored})`;
}

function storedName(column: number, numbers: NumberColumns): string {
  return `${numbers.has(column) ? 'n' : 'c'}${column}`;
}

function rowsOf(chunk: StagedChunk): number {
  return chunk[0]?.length ?? 0;
}

function typeOf(chunks: readonly StagedChunk[], column: number): DuckDBType {
  return chunks.some((chunk) => chunk[column]?.some((cell) => cell instanceof Uint8Array)) ? BLOB : VARCHAR;
}

function valuesOf(chunk: StagedChunk, column: number, from: number, to: number): DuckDBValue[] {
  const cells = chunk[column]?.slice(from, to) ?? Array.from({ length: to - from }, () => null);
  return cells.map((cell) => (cell instanceof Uint8Array ? blobValue(cell) : (cell as string | null)));
}

/** DuckDB's client asks a list for its length and its items by number, whatever holds them. */
function listsOf(chunk: StagedChunk, column: number, from: number, to: number): DuckDBValue[] {
  const lists = (chunk[column]?.slice(from, to) ?? Array.from({ length: to - from }, () => null)) as (NumberList | null)[];
  return lists.map((list) => list && listValue(list as readonly (number | bigint | null)[]));
}
