/** @file All rows of a part in a seeded order that mixes them well enough to train on, in bounded memory. */

import { createRandom } from '../engine/tensor/random.ts';
import type { DatasetVersion, Part } from './dataset.ts';
import { type DecodedFiles, openDecoded } from './media/decoded-files.ts';
import { openParts, type RowsHome, tableOfRelations } from './parts.ts';
import type { Relation, RelationColumn } from './relation.ts';
import { numbered, placesOf, type ReadColumns } from './sample.ts';
import { digestsColumn, digestsOf, imageColumn } from './stored-columns.ts';
import type { Column, Table } from './table.ts';
import { bytesPerRow, isPixels, selectRows } from './table-ops.ts';

export interface ShuffledRows {
  readonly rowCount: number;
  /** Rows of each buffer of an epoch, in order. */
  buffers(epoch: number): readonly number[];
  /** The buffers of an epoch, beginning with number `from`. */
  rows(epoch: number, from: number): AsyncGenerator<Table>;
  close(): Promise<void>;
}

/** Read together: a part of the file that DuckDB reaches without reading what stands before it. Fewer where rows are wide. */
const BLOCK_ROWS = 1 << 16;
const BLOCK_BYTES = 1 << 27;
/** So many blocks from anywhere in the part are together, and their rows are shuffled among each other. */
const BLOCKS_TOGETHER = 2;
/** Media files that are decoded at once have so many bytes, and a multiple of so many rows, so that batches are full. */
const DECODED_BYTES = 1 << 26;
const DECODED_ROWS = 1_024;

/**
 * Opens a part for training. An epoch goes through its blocks of 65,536 rows in random order, two at a time, and shuffles the
 * rows of the two. A part that is sorted is therefore mixed coarsely: a batch holds rows of two places of it, other two in every
 * epoch. Of media files only the names are read by blocks; the files are decoded some thousand at a time in the shuffled order, so
 * a folder of up to 131,072 of them is mixed throughout.
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
  const columns = places.map((place) => whole.columns[place] as RelationColumn);
  const files = new Map<number, DecodedFiles>();
  for (const [i, column] of columns.entries()) if (column.isFile) files.set(i, openDecoded(await duckdb.freshFolder(), column, home.blobs));
  const undecoded = { ...whole, columns: whole.columns.map((column) => (column.isFile ? digestsColumn(column) : column)) };
  const bufferRows = files.size === 0 ? Number.POSITIVE_INFINITY : decodedRows(columns.filter(({ isFile }) => isFile));

  const { rowCount } = whole;
  const blockRows = Math.max(
    1,
    Math.min(BLOCK_ROWS, Math.floor(BLOCK_BYTES / bytesPerRow(places.map((i) => undecoded.columns[i] as RelationColumn)))),
  );
  const blockCount = Math.ceil(rowCount / blockRows);
  const random = createRandom(seed);
  const groupsOf = (epoch: number): number[][] => {
    const order = random.fork(`blocks of epoch ${epoch}`).permutation(blockCount);
    return Array.from({ length: Math.ceil(blockCount / BLOCKS_TOGETHER) }, (_, i) =>
      Array.from(order.subarray(i * BLOCKS_TOGETHER, (i + 1) * BLOCKS_TOGETHER)),
    );
  };
  const sizeOf = (blocks: readonly number[]): number =>
    blocks.reduce((sum, block) => sum + Math.min(blockRows, rowCount - block * blockRows), 0);
  const relationOf = (block: number): Relation => {
    const from = block * blockRows;
    const isInside = `file_row_number >= ${from} AND file_row_number < ${from + blockRows}`;
    return { ...numbered(home, undecoded, places, isInside), rowCount: sizeOf([block]) };
  };
  const decoded = async (table: Table): Promise<Table> => {
    const open: Column[] = [];
    for (const [i, column] of table.columns.entries()) {
      const file = files.get(i);
      open.push(file && isPixels(column) ? imageColumn(columns[i] as RelationColumn, await file.read(digestsOf(column))) : column);
    }
    return { rowCount: table.rowCount, columns: open };
  };

  return {
    rowCount,
    buffers: (epoch) => groupsOf(epoch).flatMap((blocks) => pieces(sizeOf(blocks), bufferRows).map(({ length }) => length)),
    async *rows(epoch, from) {
      let before = 0;
      for (const [i, blocks] of groupsOf(epoch).entries()) {
        const buffers = pieces(sizeOf(blocks), bufferRows);
        const wanted = buffers.slice(Math.max(0, from - before));
        before += buffers.length;
        if (wanted.length === 0) continue;
        const order = random.fork(`rows of epoch ${epoch}, buffer ${i}`).permutation(sizeOf(blocks));
        const table = await tableOfRelations(duckdb, blocks.map(relationOf), order);
        if (files.size === 0) yield table;
        else for (const rows of wanted) yield decoded(selectRows(table, rows));
      }
    },
    async close() {
      for (const file of files.values()) file.close();
      await close();
    },
  };
}

function decodedRows(columns: readonly RelationColumn[]): number {
  const rows = Math.max(1, Math.floor(DECODED_BYTES / bytesPerRow(columns)));
  return rows < DECODED_ROWS ? rows : rows - (rows % DECODED_ROWS);
}

/** The numbers below `total`, `size` at a time. */
function pieces(total: number, size: number): Uint32Array[] {
  const all = Uint32Array.from({ length: total }, (_, row) => row);
  if (size >= total) return [all];
  return Array.from({ length: Math.ceil(total / size) }, (_, i) => all.subarray(i * size, (i + 1) * size));
}
