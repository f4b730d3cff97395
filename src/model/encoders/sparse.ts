/** @file Sparse rows: only what is not zero, row after row (CSR), as linear models read them. */

/** Row r holds `values[i]` at column `indices[i]` for i from `starts[r]` up to `starts[r + 1]`; indices ascend within a row. */
export interface SparseMatrix {
  readonly rowCount: number;
  readonly width: number;
  readonly starts: Uint32Array;
  readonly indices: Uint32Array;
  /** As served: what a model learns from has the precision of what it will be asked with. */
  readonly values: Float32Array;
}

/** Collects rows one after the other; entries of a row must come in ascending order of their index. */
export class SparseBuilder {
  readonly #width: number;
  readonly #starts: number[] = [0];
  #indices = new Uint32Array(1024);
  #values = new Float32Array(1024);
  #count = 0;

  constructor(width: number) {
    this.#width = width;
  }

  add(index: number, value: number): void {
    if (value === 0) return;
    if (this.#count === this.#indices.length) this.#grow();
    this.#indices[this.#count] = index;
    this.#values[this.#count++] = value;
  }

  endRow(): void {
    this.#starts.push(this.#count);
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

/** Blocks of columns side by side: the indices of a block move up by the widths before it. */
export function besides(rowCount: number, blocks: readonly SparseMatrix[]): SparseMatrix {
  const [only] = blocks;
  if (only !== undefined && blocks.length === 1) return only;
  const entryCount = blocks.reduce((sum, { indices }) => sum + indices.length, 0);
  const starts = new Uint32Array(rowCount + 1);
  const indices = new Uint32Array(entryCount);
  const values = new Float32Array(entryCount);
  let at = 0;
  for (let row = 0; row < rowCount; row++) {
    let offset = 0;
    for (const block of blocks) {
      const end = block.starts[row + 1] as number;
      for (let i = block.starts[row] as number; i < end; i++) {
        indices[at] = (block.indices[i] as number) + offset;
        values[at++] = block.values[i] as number;
      }
      offset += block.width;
    }
    starts[row + 1] = at;
  }
  return { rowCount, width: blocks.reduce((sum, { width }) => sum + width, 0), starts, indices, values };
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
