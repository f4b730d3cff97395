/**
 * @file Foreign Parquet, written anew: whoever reads the copy reads what DuckDB wrote. Damaged pages end the process (DuckDB 1.5.6: delta-coded
 * values in blocks of none), so this runs in one of its own.
 */

import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { MoatError, toMoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';
import { columnsOfQuery, type DuckDBConnection, fromDuckDB, type NestedColumn, openDuckDB, quoteText } from '../duckdb.ts';
import { dictionaryOption } from '../relation.ts';
import { requireFewColumns } from './column-limit.ts';
import { hasSoundFooter } from './parquet-footer.ts';

export interface ParquetCopy {
  /** Absolute. */
  readonly path: string;
  /** As the recipe wrote it, for errors. */
  readonly shown: string;
  /** Where the copy goes. */
  readonly folder: string;
}

/** Column i of the copy is `vi`, a field of a struct one of its own. */
export interface CopiedParquet {
  readonly path: string;
  readonly columns: readonly CopiedColumn[];
  /** Names of columns of bytes, which are not copied. */
  readonly leftOut: readonly string[];
}

/** How its values are read as text: see `TEXT_OF` of the source. */
export interface CopiedColumn {
  readonly name: string;
  readonly kind: 'plain' | 'instant' | 'list' | 'numbers';
}

/** Copies a file with an engine of its own. */
export async function copyParquet(job: ParquetCopy): Promise<CopiedParquet> {
  const duckdb = await openDuckDB({ files: [job.path], folder: job.folder });
  try {
    return await copyParquetOn(duckdb.connection, job);
  } finally {
    duckdb.close();
  }
}

/** On a connection that reaches the file and the folder. */
export async function copyParquetOn(connection: DuckDBConnection, { path, shown, folder }: ParquetCopy): Promise<CopiedParquet> {
  if (!(await hasSoundFooter(path))) throw unreadable(shown, undefined);
  const from = `read_parquet(${quoteText(path)})`;
  try {
    const { columns, leftOut } = storedColumns(await columnsOfQuery(connection, `SELECT * FROM ${from}`));
    requireFewColumns(shown, columns.length + leftOut.length);
    if (columns.length === 0) throw noRows(shown, 0);
    const copy = join(await mkdtemp(join(folder, 'parquet-')), 'copy.parquet');
    const values = columns.map(({ sql }, i) => `${sql} AS v${i}`);
    const copied = await connection.run(
      `COPY (SELECT ${values.join(', ')} FROM ${from}) TO ${quoteText(copy)} (FORMAT parquet, COMPRESSION lz4_raw${dictionaryOption(columns.length)})`,
    );
    if (copied.rowsChanged === 0) throw noRows(shown, columns.length);
    return { path: copy, columns: columns.map(({ name, kind }) => ({ name, kind })), leftOut };
  } catch (cause) {
    const known = toMoatError(fromDuckDB(cause));
    throw known.code === 'INTERNAL' ? unreadable(shown, cause) : known;
  }
}

interface StoredColumn extends CopiedColumn {
  readonly sql: string;
}

function storedColumns(stored: readonly NestedColumn[]): {
  readonly columns: readonly StoredColumn[];
  readonly leftOut: readonly string[];
} {
  const columns: StoredColumn[] = [];
  const leftOut: string[] = [];
  const visit = (column: NestedColumn, name: string, sql: string): void => {
    if (column.kind === 'binary') leftOut.push(name);
    else if (column.kind !== 'struct') columns.push({ name, sql, kind: column.kind });
    else for (const field of column.fields) visit(field, `${name}.${field.name}`, `struct_extract(${sql}, ${quoteText(field.name)})`);
  };
  for (const column of stored) visit(column, column.name, `"${column.name.replaceAll('"', '""')}"`);
  return { columns, leftOut };
}

/** DuckDB's own words may hold values and paths, so they stay in the cause. */
export function unreadable(path: string, cause: unknown): MoatError {
  return new MoatError(`${path} cannot be read as Parquet`, {
    code: 'PARQUET_UNREADABLE',
    why: 'it is cut short, damaged, encrypted or no Parquet file: what its footer promises cannot be read',
    fix: 'write it again, or export it as CSV in UTF-8',
    cause,
  });
}

function noRows(path: string, columnCount: number): MoatError {
  return new MoatError(`${path} holds no rows`, {
    code: 'DATA_NO_ROWS',
    why: `it has ${plural(columnCount, 'readable column')} and nothing in them`,
    fix: 'export it again with its rows',
  });
}
