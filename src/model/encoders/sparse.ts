/** @file Sparse rows: only what is not zero, row after row (CSR), as linear models read them; and the same rows with their zeros written out. */

import { DenseRoom } from './dense-room.ts';
import type { FeatureRow, ReadFeatures } from './encoder.ts';

/** Row r holds `values[i]` at column `indices[i]` for i from `starts[r]` up to `starts[r + 1]`; indices ascend within a row. */
export interface SparseMatrix {
  readonly rowCount: number;
  readonly width: number;
  readonly starts: Uint32Array;
  readonly indices: Uint32Array;
  /** As served: what a model learns from has the precision of what it will be asked with. */
  readonly values: Float32Array;
}

/** Columns of a block of features, and what reads them. */
export interface FeatureBlock {
  readonly width: number;
  readonly read: ReadFeatures;
}

/** Blocks side by side, row after row. */
export function sparseOf(rowCount: number, blocks: readonly FeatureBlock[]): SparseMatrix {
  const matrix = new SparseBuilder(widthOf(blocks));
  for (let row = 0; row < rowCount; row++) {
    for (let i = 0; i < blocks.length; i++) {
      const { read, width } = blocks[i] as FeatureBlock;
      read(row, matrix);
      matrix.start += width;
    }
    matrix.endRow();
  }
  return matrix.build();
}

/**
 * The given rows of blocks side by side with their zeros written out, row-major: what `denseRows` answers of `sparseOf`, for rows
 * that are met once. Block by block, because one column after the other is faster to read than one row after the other.
 * @param room taken for the numbers; what stood in it before is lost
 */
export function denseOf(rows: ArrayLike<number>, blocks: readonly FeatureBlock[], room: DenseRoom = new DenseRoom()): Float32Array {
  const width = widthOf(blocks);
  const dense = room.take(rows.length * width);
  let start = 0;
  for (const block of blocks) {
    for (let i = 0; i < rows.length; i++) {
      room.start = i * width + start;
      block.read(rows[i] as number, room);
    }
    start += block.width;
  }
  return dense;
}

function widthOf(blocks: readonly FeatureBlock[]): number {
  return blocks.reduce((sum, { width }) => sum + width, 0);
}

/** Collects rows one after the other; entries of a row must come in ascending order of their index. */
export class SparseBuilder implements FeatureRow {
  readonly #width: number;
  readonly #starts: number[] = [0];
  #indices = new Uint32Array(1024);
  #values = new Float32Array(1024);
  #count = 0;
  /** Where the block at hand begins. */
  start = 0;

  constructor(width: number) {
    this.#width = width;
  }

  add(place: number, value: number): void {
    if (value === 0) return;
    if (this.#count === this.#indices.length) this.#grow();
    this.#indices[this.#count] = this.start + place;
    this.#values[this.#count++] = value;
  }

  endRow(): void {
    this.#starts.push(this.#count);
    this.start = 0;
  }

  build(): SparseMatrix {
    return {
      rowCount: this.#starts.length - 1,
      width: this.#width,
      starts: Uint32Array.from(this.#starts),
      indices: this.#indices.slice(0, this.#count),
      values: this.#values.slice(0, this.#count),
    };
  }

  #grow(): void {
    const indices = new Uint32Array(this.#count * 2);
    const values = new Float32Array(this.#count * 2);
    indices.set(this.#indices);
    values.set(this.#values);
    this.#indices = indices;
    this.#values = values;
  }
}

/** The given rows in the given order. */
export function pickRows(matrix: SparseMatrix, rows: ArrayLike<number>): SparseMatrix {
  const starts = new Uint32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    starts[i + 1] = (starts[i] as number) + (matrix.starts[row + 1] as number) - (matrix.starts[row] as number);
  }
  const indices = new Uint32Array(starts[rows.length] as number);
  const values = new Float32Array(indices.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const [from, to] = [matrix.starts[row] as number, matrix.starts[row + 1] as number];
    indices.set(matrix.indices.subarray(from, to), starts[i] as number);
    values.set(matrix.values.subarray(from, to), starts[i] as number);
  }
  return { rowCount: rows.length, width: matrix.width, starts, indices, values };
}

/** Rows `from` up to `to` written out with their zeros, row-major. */
export function denseRows(matrix: SparseMatrix, rows: ArrayLike<number>): Float32Array {
  const dense = new Float32Array(rows.length * matrix.width);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const end = matrix.starts[row + 1] as number;
    for (let at = matrix.starts[row] as number; at < end; at++) {
      dense[i * matrix.width + (matrix.indices[at] as number)] = matrix.values[at] as number;
    }
  }
  return dense;
}
