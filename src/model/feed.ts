/** @file From a table to the inputs of a graph, in the layout that the artifact names. */

import type { Table } from '../data/table.ts';
import type { Tensor } from '../engine/index.ts';
import type { InputSpec } from './artifact.ts';
import { columnNamed, openFeatures, openPlanes } from './encoders/index.ts';
import { denseRows, pickRows, type SparseMatrix } from './encoders/sparse.ts';

/** The name of the one input of a graph that is fed with dense rows, planes or nothing. */
export const INPUT = 'x';

export interface Feed {
  /** What the graph is run with, once or several times, for all rows of the table in their order. */
  of(table: Table): Record<string, Tensor>[];
  /** Rows with a category that training never saw, by column. */
  unseen(table: Table): { readonly row: number; readonly column: string }[];
}

export function openFeed(spec: InputSpec): Feed {
  switch (spec.kind) {
    case 'none':
      return { of: ({ rowCount }) => [{ [INPUT]: zeros(rowCount) }], unseen: () => [] };
    case 'planes': {
      const planes = openPlanes(spec.encoding);
      return { of: (table) => [{ [INPUT]: planes.encode(columnNamed(table, spec.encoding.column)) }], unseen: () => [] };
    }
    case 'dense': {
      const features = openFeatures(spec.encodings);
      return { of: (table) => [{ [INPUT]: denseTensor(features.encode(table)) }], unseen: features.unseen };
    }
    case 'sparse': {
      const features = openFeatures(spec.encodings);
      return { of: (table) => sparseFeeds(features.encode(table)), unseen: features.unseen };
    }
  }
}

/** All rows, or the given ones, with their zeros written out: float32 [row, width]. */
export function denseTensor(matrix: SparseMatrix, rows: ArrayLike<number> = everyRow(matrix)): Tensor {
  return { dtype: 'float32', shape: [rows.length, matrix.width], data: denseRows(matrix, rows) };
}

/** Entries in one run at most: a graph gathers a row of weights for each, so this bounds its memory. */
const MOST_ENTRIES = 1 << 20;

/** Rows padded to the longest among them with index 0 and value 0, which add nothing. */
function sparseFeeds(matrix: SparseMatrix): Record<string, Tensor>[] {
  let longest = 1;
  for (let row = 0; row < matrix.rowCount; row++) longest = Math.max(longest, entriesOf(matrix, row));
  const rowsARun = Math.max(1, Math.floor(MOST_ENTRIES / longest));
  if (rowsARun >= matrix.rowCount) return [padded(matrix, longest)];
  const runs: Record<string, Tensor>[] = [];
  for (let from = 0; from < matrix.rowCount; from += rowsARun) {
    const count = Math.min(rowsARun, matrix.rowCount - from);
    runs.push(
      padded(
        pickRows(
          matrix,
          Uint32Array.from({ length: count }, (_, i) => from + i),
        ),
        longest,
      ),
    );
  }
  return runs;
}

function padded(matrix: SparseMatrix, longest: number): Record<string, Tensor> {
  const shape = [matrix.rowCount, longest];
  const indices = new BigInt64Array(matrix.rowCount * longest);
  const values = new Float32Array(matrix.rowCount * longest);
  for (let row = 0; row < matrix.rowCount; row++) {
    const from = matrix.starts[row] as number;
    for (let i = 0; i < entriesOf(matrix, row); i++) {
      indices[row * longest + i] = BigInt(matrix.indices[from + i] as number);
      values[row * longest + i] = matrix.values[from + i] as number;
    }
  }
  return { indices: { dtype: 'int64', shape, data: indices }, values: { dtype: 'float32', shape, data: values } };
}

function entriesOf({ starts }: SparseMatrix, row: number): number {
  return (starts[row + 1] as number) - (starts[row] as number);
}

function everyRow({ rowCount }: SparseMatrix): Uint32Array {
  return Uint32Array.from({ length: rowCount }, (_, row) => row);
}

function zeros(rowCount: number): Tensor {
  return { dtype: 'float32', shape: [rowCount, 1], data: new Float32Array(rowCount) };
}
