/** @file SQLite files: one table or one query, read without a write to the file or beside it. */

import { stat } from 'node:fs/promises';
import { MoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import { type ForeignSqlite, type ForeignValue, openForeignSqlite, quoteName } from '../../store/index.ts';
import { plural } from '../columns/words.ts';
import type { SourceSpec, SqliteSpec, Warning } from '../dataset.ts';
import { chunksOfRows, LARGEST_CELL } from './cell-chunks.ts';
import { requireFewColumns } from './column-limit.ts';
import { usableNames } from './column-names.ts';
import { requireFile, sha256OfFile } from './files.ts';
import type { Source } from './source.ts';
import { SQLITE_FUNCTIONS } from './sqlite-functions.ts';
import { stageCells } from './stage.ts';

export const sqlite: Source = {
  name: 'sqlite',
  summary:
    'A path that ends in .sqlite, .sqlite3 or .db with one table, or `{ sqlite: path, table: name }`, or `{ sqlite: path, query: SELECT … }`; blobs become gaps.',
  accepts: (spec) => (typeof spec === 'string' ? /\.(?:sqlite3?|db)$/i.test(spec) : 'sqlite' in spec),
  async read(spec, context) {
    const wanted = specOf(spec);
    const path = wanted.sqlite;
    const file = await requireFile(path, context.folder);
    await requireAtRest(file.path, path);
    const sha256 = await sha256OfFile(file.path);
    let database: ForeignSqlite | undefined;
    try {
      database = openForeignSqlite(file.path);
      const selection = select(database, wanted);
      requireFewColumns(path, selection.names.length);
      const { names, warnings } = usableNames(selection.names, path);
      const blobs = new Map<number, number>();
      const cells = await stageCells(context, names, chunksOfRows(readRows(database, selection, path, names, blobs), names.length));
      if (cells.rowCount === 0) throw noRows(path);
      const facts = { format: 'sqlite', ...selection.facts };
      return {
        ...cells,
        stamps: [file.stamp],
        files: [{ path, bytes: file.bytes, sha256, facts }],
        warnings: [...warnings, ...selection.warnings, ...[...blobs].map(([i, count]) => blobsLeftOut(names[i] as string, count, path))],
      };
    } catch (cause) {
      throw isFileFault(cause) ? unreadable(path, cause) : cause;
    } finally {
      database?.close();
    }
  },
};

function specOf(spec: SourceSpec): SqliteSpec {
  return typeof spec === 'string' ? { sqlite: spec } : (spec as SqliteSpec);
}

/** A log beside the file holds rows that the file lacks: without it the table would be an old one, or half of one. */
async function requireAtRest(absolute: string, path: string): Promise<void> {
  for (const ending of ['-wal', '-journal']) {
    const beside = await stat(absolute + ending).catch(() => undefined);
    if (!beside || beside.size === 0) continue;
    throw new MoatError(`${path} is in use`, {
      code: 'SQLITE_IN_USE',
      kind: 'conflict',
      why: `a file ${path}${ending} stands beside it, with rows that are not in it yet`,
      fix: `close the program that writes to it, or make a copy first: sqlite3 ${path} ".backup copy.db"`,
    });
  }
}

interface Selection {
  /** What stands before SELECT, and after FROM, where the columns are c0, c1, …. */
  readonly before: string;
  readonly from: string;
  readonly names: readonly string[];
  readonly facts: { readonly table: string } | { readonly query: string };
  readonly warnings: readonly Warning[];
}

function select(database: ForeignSqlite, { sqlite: path, table, query }: SqliteSpec): Selection {
  if (query !== undefined && table !== undefined) {
    throw new MoatError(`${path} is read by its table or by a query`, {
      code: 'SQLITE_TABLE_CHOICE',
      kind: 'usage',
      why: 'both are named',
      fix: 'leave `table` out: the query names what it reads',
    });
  }
  if (query !== undefined) return selectQuery(database, query, path);
  const name = table ?? onlyTable(database, path);
  if (!database.tables.includes(name)) {
    throw new MoatError(`${path} has no table "${name}"`, {
      code: 'SQLITE_TABLE_UNKNOWN',
      kind: 'not_found',
      why: `it has ${plural(database.tables.length, 'table')}; views are reached by a query`,
      fix: didYouMean(name, database.tables),
    });
  }
  const { stored, computed } = database.columns(name);
  const from = `(SELECT ${stored.map((column, i) => `${quoteName(column)} AS c${i}`).join(', ')} FROM ${quoteName(name)})`;
  return { before: '', from, names: stored, facts: { table: name }, warnings: computed.map((column) => computedLeftOut(column, path)) };
}

function onlyTable({ tables }: ForeignSqlite, path: string): string {
  if (tables.length === 1) return tables[0] as string;
  const shown = tables.slice(0, 10).join(', ');
  throw new MoatError(tables.length === 0 ? `${path} has no table` : `${path} has several tables`, {
    code: tables.length === 0 ? 'DATA_NO_ROWS' : 'SQLITE_TABLE_CHOICE',
    why: tables.length === 0 ? 'there is nothing to read in it' : `they are: ${shown}${tables.length > 10 ? ', …' : ''}`,
    fix: tables.length === 0 ? 'check the path' : `name one: { sqlite: ${path}, table: ${tables[0]} }`,
  });
}

/** SQLite has functions that write files; a query may call only those that compute. */
function selectQuery(database: ForeignSqlite, query: string, path: string): Selection {
  try {
    const inner = query.trim().replace(/;$/, '');
    const names = database.columnsOfQuery(`SELECT * FROM (${inner}\n)`);
    const call = database.callsOf(`SELECT * FROM (${inner}\n)`).find((name) => !SQLITE_FUNCTIONS.has(name));
    if (call === undefined) {
      const before = `WITH q(${names.map((_, i) => `c${i}`).join(', ')}) AS (${inner}\n) `;
      database.columnsOfQuery(`${before}SELECT * FROM q`); // what closes the bracket by itself is no query either
      return { before, from: 'q', names, facts: { query }, warnings: [] };
    }
    throw new MoatError(`the query of ${path} calls what it may not`, {
      code: 'SQLITE_QUERY_FORBIDDEN',
      kind: 'forbidden',
      why: `${call} is not among the functions that only compute`,
      fix: 'leave it out; what touches files, settings or virtual tables is not run',
    });
  } catch (cause) {
    if (cause instanceof MoatError || !isQueryFault(cause)) throw cause;
    throw new MoatError(`the query of ${path} cannot be read`, {
      code: 'SQLITE_QUERY',
      why: 'SQLite refuses it: it is no SELECT, or names a table or column that the file lacks',
      fix: `try it by itself: sqlite3 ${path} "SELECT …"; the file has the tables ${database.tables.slice(0, 10).join(', ')}`,
      cause,
    });
  }
}

/** libsql's own errors, and names that are no text. */
function isFileFault(cause: unknown): boolean {
  const { code } = cause as { code?: unknown };
  return (
    typeof code === 'string' &&
    (code.startsWith('SQLITE_') || code === 'ERR_ENCODING_INVALID_ENCODED_DATA') &&
    !(cause instanceof MoatError)
  );
}

/** The one code for faults in SQL; damage to the file has codes of its own. */
function isQueryFault(cause: unknown): boolean {
  return (cause as { code?: unknown }).code === 'SQLITE_ERROR';
}

function* readRows(
  database: ForeignSqlite,
  { before, from, names }: Selection,
  path: string,
  shownNames: readonly string[],
  blobs: Map<number, number>,
): Generator<(string | null)[]> {
  const decoder = new TextDecoder(database.encoding, { fatal: true, ignoreBOM: true });
  const values = names.map((_, i) => valueSql(`c${i}`)).join(', ');
  let row = 0;
  for (const cells of database.rows(`${before}SELECT ${values} FROM ${from}`)) {
    row++;
    yield cells.map((value, i) => textOf(value, i));
  }
  function textOf(value: ForeignValue, i: number): string | null {
    if (typeof value === 'bigint') {
      if (value === TOO_LARGE) throw cellTooLarge(path, shownNames[i] as string, row);
      blobs.set(i, (blobs.get(i) ?? 0) + 1);
      return null;
    }
    if (!(value instanceof Uint8Array)) return value === null ? null : String(value);
    try {
      return decoder.decode(value);
    } catch {
      throw notText(path, shownNames[i] as string, row);
    }
  }
}

const TOO_LARGE = -1n;

/** Text as its bytes, since libsql would cut it at a NUL; whole numbers as text with every digit; a blob as a mark. */
function valueSql(column: string): string {
  return `CASE typeof(${column}) WHEN 'text' THEN CASE WHEN octet_length(${column}) > ${LARGEST_CELL} THEN ${TOO_LARGE} ELSE CAST(${column} AS BLOB) END
    WHEN 'integer' THEN CAST(${column} AS TEXT) WHEN 'real' THEN ${column} WHEN 'blob' THEN 0 END`;
}

function unreadable(path: string, cause: unknown): MoatError {
  return new MoatError(`${path} cannot be read as SQLite`, {
    code: 'SQLITE_UNREADABLE',
    why: 'it is cut short, damaged, encrypted, or no SQLite 3 file',
    fix: `check it with sqlite3 ${path} "PRAGMA integrity_check", or export the table as CSV`,
    cause,
  });
}

function cellTooLarge(path: string, column: string, row: number): MoatError {
  return new MoatError(`${path} has a cell that is too large`, {
    code: 'SQLITE_CELL_TOO_LARGE',
    kind: 'too_large',
    why: `row ${row} has more than ${LARGEST_CELL >> 20} MiB in "${column}"`,
    fix: 'leave that column out by a query, and keep long documents in files of their own',
  });
}

function notText(path: string, column: string, row: number): MoatError {
  return new MoatError(`${path} holds text that is none`, {
    code: 'SQLITE_TEXT',
    why: `row ${row} of "${column}" holds bytes that the encoding of the file forbids`,
    fix: 'mend that row, or leave the column out by a query',
  });
}

function blobsLeftOut(column: string, count: number, path: string): Warning {
  return {
    code: 'SQLITE_BLOBS_LEFT_OUT',
    message: `${plural(count, 'blob')} in "${column}" of ${path} became missing`,
    why: 'bytes mean nothing without the format that they are in',
    fix: 'store what matters as text or numbers, or leave the column out by a query',
    column,
  };
}

function computedLeftOut(column: string, path: string): Warning {
  return {
    code: 'SQLITE_COLUMN_LEFT_OUT',
    message: `the column "${column}" of ${path} was left out`,
    why: 'it is computed by an expression of the file each time it is read',
    fix: 'name it in a query if it matters',
    column,
  };
}

function noRows(path: string): MoatError {
  return new MoatError(`${path} holds no rows`, {
    code: 'DATA_NO_ROWS',
    why: 'the table or query has columns and nothing in them',
    fix: 'check the name of the table, or the conditions of the query',
  });
}
