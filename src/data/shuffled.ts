/** @file All rows of a part in a seeded order that mixes them well enough to train on, in bounded memory. */

import { createRandom } from '../engine/tensor/random.ts';
import { type Block, blocksOf } from './blocks.ts';
import type { DatasetVersion, Part } from './dataset.ts';
import { type DecodedFiles, openDecoded } from './media/decoded-files.ts';
import { fillTable, openParts, type RowsHome } from './parts.ts';
import type { Relation, RelationColumn } from './relation.ts';
import { numbered, placesOf, type ReadColumns, sampleOf } from './sample.ts';
import { digestsColumn, digestsOf, imageColumn } from './stored-columns.ts';
import type { Column, Table } from './table.ts';
import { TableBuilder } from './table-builder.ts';
import { bytesPerRow, isPixels, selectRows } from './table-ops.ts';

export interface ShuffledRows {
  readonly rowCount: number;
  /** Fewer rows of the part in their order, as `samplePart` draws them, in memory of their own. */
  sample(count: number, seed: number): Promise<Table>;
  /** Rows of each buffer of an epoch, in order. */
  buffers(epoch: number): readonly number[];
  /** The buffers of an epoch, beginning with number `from`. Each stands until the next is asked for, in this epoch or another. */
  rows(epoch: number, from: number): AsyncGenerator<Table>;
  close(): Promise<void>;
}

/** So many blocks from anywhere in the part are together, and their rows are shuffled among each other. */
const BLOCKS_TOGETHER = 2;
/** Media files that are decoded at once have so many bytes, and a multiple of so many rows, so that batches are full. */
const DECODED_BYTES = 1 << 26;
const DECODED_ROWS = 1_024;

/**
 * Opens a part for training. An epoch goes through its blocks of about 122,880 rows (fewer where they are wide) in random order,
 * two at a time, and shuffles the rows of the two. A part that is sorted is therefore mixed coarsely: a batch holds rows of two
 * places of it, other two in every epoch. Of media files only the names are read by blocks; the files are decoded some thousand at a
 * time in the shuffled order, so a folder of up to 245,760 of them is mixed throughout.
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

  const builder = new TableBuilder(
    places.map((place) => undecoded.columns[place] as RelationColumn),
    whole.media,
  );

  const { rowCount } = whole;
  const all = await blocksOf(duckdb, home.blobs.path(whole.blob as string), undecoded.columns, places);
  const random = createRandom(seed);
  const groupsOf = (epoch: number): Block[][] => {
    const order = random.fork(`blocks of epoch ${epoch}`).permutation(all.length);
    return Array.from({ length: Math.ceil(all.length / BLOCKS_TOGETHER) }, (_, i) =>
      Array.from(order.subarray(i * BLOCKS_TOGETHER, (i + 1) * BLOCKS_TOGETHER), (block) => all[block] as Block),
    );
  };
  const sizeOf = (blocks: readonly Block[]): number => blocks.reduce((sum, block) => sum + block.rowCount, 0);
  const relationOf = (block: Block): Relation => {
    const isInside = `file_row_number >= ${block.from} AND file_row_number < ${block.from + block.rowCount}`;
    return { ...numbered(home, undecoded, places, isInside), rowCount: block.rowCount };
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
    sample: (count, sampleSeed) => sampleOf(home, duckdb, whole, places, count, sampleSeed),
    buffers: (epoch) => groupsOf(epoch).flatMap((blocks) => pieces(sizeOf(blocks), bufferRows)),
    async *rows(epoch, from) {
      let before = 0;
      for (const [i, blocks] of groupsOf(epoch).entries()) {
        const sizes = pieces(sizeOf(blocks), bufferRows);
        const skipped = Math.max(0, from - before);
        before += sizes.length;
        if (skipped >= sizes.length) continue;
        const order = random.fork(`rows of epoch ${epoch}, buffer ${i}`).permutation(sizeOf(blocks));
        const table = await fillTable(builder, duckdb, blocks.map(relationOf), order);
        if (files.size === 0) yield table;
        else for (let k = skipped; k < sizes.length; k++) yield decoded(selectRows(table, range(k * bufferRows, sizes[k] as number)));
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

/** As many rows as `size` says, again and again, until they are `total`. */
function pieces(total: number, size: number): number[] {
  if (size >= total) return [total];
  return Array.from({ length: Math.ceil(total / size) }, (_, i) => Math.min(size, total - i * size));
}

function range(from: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => from + i);
}
