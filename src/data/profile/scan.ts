/**
 * @file The rows of a version as a profile sees them: all of them through SQL, and a sample of them in memory.
 *
 * What grows with the rows is counted by DuckDB over the stored Parquet, in its own bounded memory. What compares columns or texts
 * with each other looks at a sample: a fixed share of the rows, chosen by a hash of the row's number, so the same version always
 * gives the same sample.
 */

import { toMoatError } from '../../engine/errors.ts';
import type { ColumnSchema, DatasetVersion, Part } from '../dataset.ts';
import { chunksOf, type DuckDB, type DuckDBValue, fromDuckDB, quoteText, stringReader } from '../duckdb.ts';
import { type RowsHome, withParts } from '../parts.ts';
import type { Relation } from '../relation.ts';
import { emptyTable, loadColumn, type StringReader } from '../stored-columns.ts';
import type { Column, Table } from '../table.ts';
import { concatTables } from '../table-ops.ts';

export interface ProfileScan {
  /** Where the files of media columns are read from. */
  readonly media: Relation['media'];
  readonly version: DatasetVersion;
  readonly rowCount: number;
  readonly parts: readonly { readonly part: Part; readonly rowCount: number }[];
  /** The answer of a query over `data`: `part`, `row` (from 0 in its part), and the columns c0, c1, …. */
  query(sql: string): Promise<readonly Readonly<Record<string, DuckDBValue>>[]>;
}

export interface Sample {
  readonly table: Table;
  /** Of each sampled row: its part, and its number in it from 0. */
  readonly parts: readonly Part[];
  readonly rows: readonly number[];
  /** All rows are in it. */
  readonly isWhole: boolean;
}

/** A table of many columns and few rows is read once, before it is asked about: its footer takes longer to read than a column. */
const FEWEST_COLUMNS_HELD = 200;
const MOST_CELLS_HELD = 1 << 23;

/** Opens the stored rows for the time of `use`. */
export function withScan<T>(home: RowsHome, version: DatasetVersion, use: (scan: ProfileScan, duckdb: DuckDB) => Promise<T>): Promise<T> {
  return withParts(home, version, async ({ duckdb, parts }) => {
    const selects = [...parts].map(([part, { blob }]) => selectPart(version, part, home.blobs.path(blob as string)));
    const rowCount = [...parts.values()].reduce((sum, part) => sum + part.rowCount, 0);
    const { length } = version.columns;
    const isHeld = length >= FEWEST_COLUMNS_HELD && rowCount * length <= MOST_CELLS_HELD;
    try {
      await duckdb.connection.run(`CREATE ${isHeld ? 'TABLE' : 'VIEW'} data AS ${selects.join(' UNION ALL ')}`);
      const scan: ProfileScan = {
        media: [...parts.values()].find(({ media }) => media !== undefined)?.media,
        version,
        rowCount,
        parts: [...parts].map(([part, { rowCount }]) => ({ part, rowCount })),
        query: async (sql) => (await duckdb.connection.runAndReadAll(sql)).getRowObjects(),
      };
      return await use(scan, duckdb);
    } catch (error) {
      throw toMoatError(fromDuckDB(error));
    }
  });
}

function selectPart(version: DatasetVersion, part: Part, path: string): string {
  const columns = version.columns.map((_, i) => `c${i}`).join(', ');
  return `SELECT ${quoteText(part)} AS part, file_row_number AS row, ${columns} FROM read_parquet(${quoteText(path)}, file_row_number = true)`;
}

/** About `size` rows in the order in which they are stored; all of them when there are no more. */
export async function drawSample(scan: ProfileScan, duckdb: DuckDB, size: number): Promise<Sample> {
  const isWhole = scan.rowCount <= size;
  const { columns } = scan.version;
  const chosen = isWhole ? '' : `WHERE hash(part, row, ${SAMPLE_SEED}) % ${STEPS} < ${Math.ceil((size / scan.rowCount) * STEPS)}`;
  const names = columns.map((_, i) => `c${i}`).join(', ');
  const tables: Table[] = [];
  const parts: Part[] = [];
  const rows: number[] = [];
  const readers = columns.map(() => stringReader());
  for await (const chunk of chunksOf(duckdb.connection, `SELECT part, row, ${names} FROM data ${chosen}`)) {
    parts.push(...(chunk.getColumnValues(0) as Part[]));
    rows.push(...chunk.getColumnValues(1).map(Number));
    const loaded: Column[] = [];
    for (const [i, schema] of columns.entries())
      loaded.push(await loadColumn(schema, chunk, i + 2, readers[i] as StringReader, scan.media));
    tables.push({ rowCount: chunk.rowCount, columns: loaded });
  }
  return { table: tables.length === 0 ? emptyTable(columns) : concatTables(tables), parts, rows, isWhole };
}

export const SAMPLE_SEED = 7;
const STEPS = 1_000_000;

/** How a column is stored: what SQL can do with it. Types that are stored otherwise are only counted. */
export function storedAs({ type }: ColumnSchema): 'number' | 'text' | 'other' {
  if (type === 'number' || type === 'integer' || type === 'boolean' || type === 'time') return 'number';
  return type === 'category' || type === 'text' || type === 'id' ? 'text' : 'other';
}

/** DuckDB counts in 64 bits, which come as bigint. */
export function count(value: DuckDBValue | undefined): number {
  return value === null || value === undefined ? 0 : Number(value);
}
