/** @file Parquet through DuckDB: every value comes as text, so that types are recognised as in any other file. */

import { MoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';
import type { Warning } from '../dataset.ts';
import { columnsOfQuery, type DuckDBConnection, type NestedColumn, openDuckDB, quoteText } from '../duckdb.ts';
import { jsonOf } from '../sql.ts';
import { requireFewColumns } from './column-limit.ts';
import { usableNames } from './column-names.ts';
import { type OpenedFile, requireFile, sha256OfFile } from './files.ts';
import { hasSoundFooter } from './parquet-footer.ts';
import type { Source, SourceRows } from './source.ts';
import { textColumns } from './stage.ts';

export const parquet: Source = {
  name: 'parquet',
  summary:
    'A path that ends in .parquet: structs become columns named `a.b`, lists become columns of lists, vectors or series, columns of bytes are left out.',
  accepts: (spec) => typeof spec === 'string' && /\.parquet$/i.test(spec),
  async read(spec, { folder, temporaryFolder }) {
    const path = spec as string;
    const file = await requireFile(path, folder);
    const duckdb = await openDuckDB({ files: [file.path], folder: temporaryFolder });
    try {
      return await readParquet(duckdb.connection, file, path);
    } finally {
      duckdb.close();
    }
  },
};

/** The rows of a file, whose columns are looked up on a connection that reaches it. */
export async function readParquet(connection: DuckDBConnection, file: OpenedFile, path: string): Promise<SourceRows> {
  const sha256 = await sha256OfFile(file.path);
  if (!(await hasSoundFooter(file.path))) throw unreadable(path, undefined);
  const stored = await describe(connection, file.path, path);
  const { names, warnings } = usableNames(
    stored.readable.map(({ name }) => name),
    path,
  );
  if (names.length === 0) throw noRows(path, 0);
  const values = stored.readable.flatMap(({ sql, kind }, i) => [
    `${TEXT_OF[kind](sql)} AS c${i}`,
    ...(kind === 'numbers' ? [`${sql} AS n${i}`] : []),
  ]);
  return {
    columns: textColumns(names, new Set(stored.readable.flatMap(({ kind }, i) => (kind === 'numbers' ? [i] : [])))),
    from: `(SELECT ${values.join(', ')} FROM read_parquet(${quoteText(file.path)}))`,
    reach: [file.path],
    files: [{ path, bytes: file.bytes, sha256, facts: { format: 'parquet' } }],
    stamps: [file.stamp],
    warnings: [...warnings, ...stored.binary.map((name) => leftOut(name, path))],
    async finish(_connection, rowCount) {
      if (rowCount === 0) throw noRows(path, names.length);
      return { warnings: [] };
    },
    explain: (cause) => unreadable(path, cause),
  };
}

interface StoredColumns {
  /** How each column is named here, and the SQL of its value. */
  readonly readable: readonly { readonly name: string; readonly sql: string; readonly kind: keyof typeof TEXT_OF }[];
  readonly binary: readonly string[];
}

async function describe(connection: DuckDBConnection, absolute: string, path: string): Promise<StoredColumns> {
  try {
    const columns = storedColumns(await columnsOfQuery(connection, `SELECT * FROM read_parquet(${quoteText(absolute)})`));
    requireFewColumns(path, columns.readable.length + columns.binary.length);
    return columns;
  } catch (cause) {
    throw cause instanceof MoatError ? cause : unreadable(path, cause);
  }
}

function storedColumns(columns: readonly NestedColumn[]): StoredColumns {
  const readable: { name: string; sql: string; kind: keyof typeof TEXT_OF }[] = [];
  const binary: string[] = [];
  const visit = (column: NestedColumn, shown: string, sql: string): void => {
    if (column.kind === 'binary') binary.push(shown);
    else if (column.kind !== 'struct') readable.push({ name: shown, sql, kind: column.kind });
    else for (const field of column.fields) visit(field, `${shown}.${field.name}`, `struct_extract(${sql}, ${quoteText(field.name)})`);
  };
  for (const column of columns) visit(column, column.name, `"${column.name.replaceAll('"', '""')}"`);
  return { readable, binary };
}

/** SQL that writes a value as the other sources would have it. */
const TEXT_OF = {
  plain: (sql: string) => `CAST(${sql} AS VARCHAR)`,
  // An instant with a zone is shown in UTC, whatever the zone of this machine.
  instant: (sql: string) => `CAST(make_timestamp(epoch_us(${sql})) AS VARCHAR)`,
  list: jsonOf,
  numbers: jsonOf,
} as const;

/** DuckDB's own words may hold values and paths, so they stay in the cause. */
function unreadable(path: string, cause: unknown): MoatError {
  return new MoatError(`${path} cannot be read as Parquet`, {
    code: 'PARQUET_UNREADABLE',
    why: 'it is cut short, damaged, encrypted or no Parquet file: what its footer promises cannot be read',
    fix: 'write it again, or export it as CSV in UTF-8',
    cause,
  });
}

function leftOut(name: string, path: string): Warning {
  return {
    code: 'PARQUET_COLUMN_LEFT_OUT',
    message: `the column "${name}" of ${path} was left out`,
    why: 'it holds bytes, which mean nothing without the format that they are in',
    fix: 'write it as text or numbers if it matters',
  };
}

function noRows(path: string, columnCount: number): MoatError {
  return new MoatError(`${path} holds no rows`, {
    code: 'DATA_NO_ROWS',
    why: `it has ${plural(columnCount, 'readable column')} and nothing in them`,
    fix: 'export it again with its rows',
  });
}
