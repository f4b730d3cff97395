/** @file A part that is too large for memory: a seeded sample of its rows, or all of them block by block in a seeded order. */

import { createRandom } from '../engine/tensor/random.ts';
import type { ColumnSchema, DatasetVersion, Part } from './dataset.ts';
import { appendRows, DOUBLE, quoteText } from './duckdb.ts';
import { openParts, type RowsHome, tableOfRelation, tableOfRelations, withParts } from './parts.ts';
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
  const picked = createRandom(seed).fork('sample of rows').permutation(rowCount).slice(0, count).sort();
  return withParts(
    home,
    version,
    async ({ duckdb, parts }) => {
      await duckdb.connection.run('CREATE TABLE picked (c0 DOUBLE)');
      await appendRows(duckdb.connection, 'picked', [DOUBLE], count, (_, from, to) => Array.from(picked.subarray(from, to)));
      const isPicked = 'file_row_number IN (SELECT c0::BIGINT FROM picked) ORDER BY file_row_number';
      return tableOfRelation(duckdb, { ...numbered(home, parts.get(part) as Relation, places, isPicked), rowCount: count });
    },
    [part],
  );
}

/** One column of a part, whole: a target is small enough for memory where the other columns are not. */
export async function readColumn(home: RowsHome, version: DatasetVersion, part: Part, name: string): Promise<Table> {
  const places = placesOf(version, (column) => column.name === name);
  return withParts(home, version, ({ duckdb, parts }) => tableOfRelation(duckdb, columnsAt(parts.get(part) as Relation, places)), [part]);
}

/** Which columns of a version are read. */
export type ReadColumns = (column: ColumnSchema) => boolean;

/** All rows of a part in a seeded order that mixes them well enough to train on, in bounded memory. */
export interface ShuffledRows {
  readonly rowCount: number;
  /** Rows of each buffer of an epoch, in order. */
  buffers(epoch: number): readonly number[];
  /** The buffers of an epoch, beginning with number `from`. */
  rows(epoch: number, from: number): AsyncGenerator<Table>;
  close(): Promise<void>;
}

/** Read together: a part of the file that DuckDB reaches without reading what stands before it. */
const BLOCK_ROWS = 1 << 16;
/** A buffer holds so many blocks from anywhere in the part, and its rows are shuffled among each other. */
const BLOCKS_A_BUFFER = 2;

/**
 * Opens a part for training. An epoch goes through its blocks of 65,536 rows in random order, two at a time, and shuffles the
 * rows of the two. A part that is sorted
 * is therefore mixed coarsely: a batch holds rows of two places of it, other two in every epoch.
 * @param isRead which columns are read; all unless said otherwise
 */
export async function openShuffled(
  home: RowsHome,
  version: DatasetVersion,
  part: Part,
  seed: number,
  isRead: ReadColumns = () => true,
): Promise<ShuffledRows> {
  const { duckdb, parts, close } = await openParts(home, version, [part]);
  const whole = parts.get(part) as Relation;
  const places = placesOf(version, isRead);
  const { rowCount } = whole;
  const blockCount = Math.ceil(rowCount / BLOCK_ROWS);
  const random = createRandom(seed);
  const groupsOf = (epoch: number): number[][] => {
    const order = random.fork(`blocks of epoch ${epoch}`).permutation(blockCount);
    return Array.from({ length: Math.ceil(blockCount / BLOCKS_A_BUFFER) }, (_, i) =>
      Array.from(order.subarray(i * BLOCKS_A_BUFFER, (i + 1) * BLOCKS_A_BUFFER)),
    );
  };
  const sizeOf = (block: number): number => Math.min(BLOCK_ROWS, rowCount - block * BLOCK_ROWS);
  const relationOf = (block: number): Relation => {
    const from = block * BLOCK_ROWS;
    const isInside = `file_row_number >= ${from} AND file_row_number < ${from + BLOCK_ROWS}`;
    return { ...numbered(home, whole, places, isInside), rowCount: sizeOf(block) };
  };
  return {
    rowCount,
    buffers: (epoch) => groupsOf(epoch).map((blocks) => blocks.reduce((sum, block) => sum + sizeOf(block), 0)),
    async *rows(epoch, from) {
      for (const [i, blocks] of groupsOf(epoch).entries()) {
        if (i < from) continue;
        const relations = blocks.map(relationOf);
        const size = relations.reduce((sum, relation) => sum + relation.rowCount, 0);
        yield tableOfRelations(duckdb, relations, random.fork(`rows of epoch ${epoch}, buffer ${i}`).permutation(size));
      }
    },
    close,
  };
}

function placesOf(version: DatasetVersion, isRead: ReadColumns): number[] {
  return version.columns.flatMap((column, i) => (isRead(column) ? [i] : []));
}

/** The columns at some places of a relation. */
function columnsAt(relation: Relation, places: readonly number[], tail = ''): Relation {
  const selected = places.map((place, i) => `c${place} AS c${i}`).join(', ');
  const columns = places.map((place) => relation.columns[place] as RelationColumn);
  return { ...relation, from: `(SELECT ${selected} FROM ${relation.from}${tail})`, columns };
}

/** The columns at some places of a stored part, of the rows under a condition on their number. */
function numbered(home: RowsHome, part: Relation, places: readonly number[], condition: string): Relation {
  const from = `read_parquet(${quoteText(home.blobs.path(part.blob as string))}, file_row_number = true)`;
  return columnsAt({ ...part, from }, places, ` WHERE ${condition}`);
}
