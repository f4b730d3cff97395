/** @file Batches of rows that do not fit into memory: read buffer by buffer, and turned into numbers a batch at a time. */

import type { ShuffledRows } from '../../data/index.ts';
import type { Table } from '../../data/table.ts';
import type { Batches, Tensor } from '../../engine/index.ts';
import { DenseRoom } from '../encoders/dense-room.ts';

/** Some rows of a table in the given order; `room`, where there is one, is taken for the numbers. */
export type Rows = (rows: Uint32Array, room?: DenseRoom) => Tensor;

/** Batches whose numbers stand at the same time: one is worked on while the next is made. */
const ROOMS = 2;

/**
 * Every row once an epoch, in the order of the stream, which depends on its seed and the epoch alone; so training resumes in the
 * middle of an epoch. A batch holds rows of one buffer: the last batch of each is smaller. Its tensors stand until the next but
 * one is asked for, whose numbers take their room: fresh megabytes for every batch would cost more than the numbers in them.
 */
export function streamedBatches(
  stream: Pick<ShuffledRows, 'rowCount' | 'buffers' | 'rows'>,
  batchSize: number,
  open: (table: Table) => { readonly x: Rows; readonly y: Rows },
): Batches {
  const batchesOf = (rowCount: number): number => Math.ceil(rowCount / batchSize);
  return {
    rowCount: stream.rowCount,
    batchCount: stream.buffers(0).reduce((sum, rowCount) => sum + batchesOf(rowCount), 0),
    async *epoch(epoch, fromBatch = 0) {
      const sizes = stream.buffers(epoch);
      let buffer = 0;
      let skipped = 0;
      while (buffer < sizes.length && skipped + batchesOf(sizes[buffer] as number) <= fromBatch)
        skipped += batchesOf(sizes[buffer++] as number);
      let from = (fromBatch - skipped) * batchSize;
      const rooms = Array.from({ length: ROOMS }, () => new DenseRoom());
      let room = 0;
      for await (const table of stream.rows(epoch, buffer)) {
        const { x, y } = open(table);
        for (; from < table.rowCount; from += batchSize) {
          const rows = range(from, Math.min(table.rowCount, from + batchSize));
          yield { x: x(rows, rooms[room]), y: y(rows) };
          room = (room + 1) % ROOMS;
        }
        from = 0;
      }
    },
  };
}

function range(from: number, to: number): Uint32Array {
  const rows = new Uint32Array(to - from);
  for (let i = 0; i < rows.length; i++) rows[i] = from + i;
  return rows;
}
