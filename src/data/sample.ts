/** @file Some of a part that is too large for memory: a seeded sample of its rows, or one of its columns. */

import { createRandom } from '../engine/tensor/random.ts';
import type { ColumnSchema, DatasetVersion, Part } from './dataset.ts';
import { type DuckDB, quoteText } from './duckdb.ts';
import { type RowsHome, tableOfRelation, withParts } from './parts.ts';
import type { Relation, RelationColumn } from './relation.ts';
import type { Table } from './table.ts';

/**
 * `count` rows of a part in their order, the same for the same seed; all rows of a part that has no more.
 * @param isRead which columns are read; all unless said otherwise
 */
export async function samplePart(
  home: RowsHome,
  version: DatasetVersion,
  part: Part,
  count: number,
  seed: number,
  isRead: ReadColumns = () => true,
): Promise<Table> {
  const rowCount = version.parts[part]?.rowCount ?? 0;
  const places = placesOf(version, isRead);
  if (rowCount <= count) {
    return withParts(home, version, ({ duckdb, parts }) => tableOfRelation(duckdb, columnsAt(parts.get(part) as Relation, places)), [part]);
  }
  return withParts(home, version, ({ duckdb, parts }) => sampleOf(home, duckdb, parts.get(part) as Relation, places, count, seed), [part]);
}

/** The same of a part that is open and has more rows. */
export function sampleOf(
  home: RowsHome,
  duckdb: DuckDB,
  part: Relation,
  places: readonly number[],
  count: number,
  seed: number,
): Promise<Table> {
  const picked = createRandom(seed).fork('sample of rows').permutation(part.rowCount).subarray(0, count);
  // asked of each row as it is read: a join would lose the order, and the rows would have to be sorted
  const isPicked = `get_bit(from_base64('${bitsOf(picked, part.rowCount)}')::BIT, file_row_number::INTEGER) = 1`;
  return tableOfRelation(duckdb, { ...numbered(home, part, places, isPicked), rowCount: count });
}

/** A bit for each number below `total`, the first the highest of its byte, as DuckDB counts them: 1 for those given. In base64. */
function bitsOf(numbers: Uint32Array, total: number): string {
  const bytes = new Uint8Array(Math.ceil(total / 8));
  for (const number of numbers) bytes[number >> 3] = (bytes[number >> 3] as number) | (0x80 >> (number & 7));
  return Buffer.from(bytes).toString('base64');
}

/** One column of a part, whole: a target is small enough for memory where the other columns are not. */
export async function readColumn(home: RowsHome, version: DatasetVersion, part: Part, name: string): Promise<Table> {
  const places = placesOf(version, (column) => column.name === name);
  return withParts(home, version, ({ duckdb, parts }) => tableOfRelation(duckdb, columnsAt(parts.get(part) as Relation, places)), [part]);
}

/** Which columns of a version are read. */
export type ReadColumns = (column: ColumnSchema) => boolean;

/** The places of the columns that are read. */
export function placesOf(version: DatasetVersion, isRead: ReadColumns): number[] {
  return version.columns.flatMap((column, i) => (isRead(column) ? [i] : []));
}

/** The columns at some places of a relation. */
function columnsAt(relation: Relation, places: readonly number[], tail = ''): Relation {
  const selected = places.map((place, i) => `c${place} AS c${i}`).join(', ');
  const columns = places.map((place) => relation.columns[place] as RelationColumn);
  return { ...relation, from: `(SELECT ${selected} FROM ${relation.from}${tail})`, columns };
}

/** The columns at some places of a stored part, of the rows under a condition on their number. */
export function numbered(home: RowsHome, part: Relation, places: readonly number[], condition: string): Relation {
  const from = `read_parquet(${quoteText(home.blobs.path(part.blob as string))}, file_row_number = true)`;
  return columnsAt({ ...part, from }, places, ` WHERE ${condition}`);
}
