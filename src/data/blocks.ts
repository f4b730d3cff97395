/** @file The blocks of a stored part: stretches of rows that are read at once, none of which reads what another one reads. */

import { type DuckDB, quoteText } from './duckdb.ts';
import type { RelationColumn } from './relation.ts';
import { bytesPerRow } from './table-ops.ts';

export interface Block {
  /** The number of its first row in the file, from 0. */
  readonly from: number;
  readonly rowCount: number;
}

/** Of the columns that are read; row groups of more are read in several blocks. */
const BLOCK_BYTES = 1 << 27;

/**
 * The row groups of a Parquet file of ours in their order, cut into equal blocks where their rows are wide. DuckDB skips a group
 * that a condition on the number of the row rules out, but reads all of one that it does not, so no block holds rows of two.
 * @param places which columns are read, of those that the file has
 */
export async function blocksOf(
  { connection }: DuckDB,
  path: string,
  columns: readonly RelationColumn[],
  places: readonly number[],
): Promise<Block[]> {
  const names = places.map((place) => `'c${place}'`).join(', ');
  const groups = await connection.runAndReadAll(
    `SELECT any_value(row_group_num_rows), coalesce(sum(total_uncompressed_size) FILTER (regexp_extract(path_in_schema, '^c[0-9]+') IN (${names})), 0)
      FROM parquet_metadata(${quoteText(path)}) GROUP BY row_group_id ORDER BY row_group_id`,
  );
  const perRow = bytesPerRow(places.map((place) => columns[place] as RelationColumn));
  const blocks: Block[] = [];
  let from = 0;
  for (const row of groups.getRows()) {
    const [rowCount, bytes] = row.map(Number) as [number, number];
    const size = Math.ceil(rowCount / Math.max(1, Math.ceil(Math.max(bytes, perRow * rowCount) / BLOCK_BYTES)));
    for (let at = 0; at < rowCount; at += size) blocks.push({ from: from + at, rowCount: Math.min(size, rowCount - at) });
    from += rowCount;
  }
  return blocks;
}
