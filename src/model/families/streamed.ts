/** @file Batches of rows that do not fit into memory: read buffer by buffer, turned into numbers a few thousand rows at a time. */

import type { ShuffledRows } from '../../data/index.ts';
import { selectRows } from '../../data/index.ts';
import type { Table } from '../../data/table.ts';
import type { Batches, Tensor } from '../../engine/index.ts';

type Rows = (rows: Uint32Array) => Tensor;

/** Rows that are encoded together. */
const ENCODED_ROWS = 8_192;

/**
 * Every row once an epoch, in the order of the stream, which depends on its seed and the epoch alone; so training resumes in the
 * middle of an epoch. A batch holds rows of one buffer: the last batch of each is smaller.
 */
export function streamedBatches(
  stream: Omit<ShuffledRows, 'close'>,
  batchSize: number,
  encode: (rows: Table) => { readonly x: Rows; readonly y: Rows },
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
      for await (const { table, order } of stream.rows(epoch, buffer)) {
        const step = batchSize * Math.max(1, Math.floor(ENCODED_ROWS / batchSize));
        for (; from < table.rowCount; from += step) {
          const some = selectRows(table, order.subarray(from, from + step));
          const { x, y } = encode(some);
          for (let at = 0; at < some.rowCount; at += batchSize) {
            const rows = range(at, Math.min(some.rowCount, at + batchSize));
            yield { x: x(rows), y: y(rows) };
          }
        }
        from = 0;
      }
    },
  };
}

function range(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i);
}
