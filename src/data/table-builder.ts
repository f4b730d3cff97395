/**
 * @file A table that is filled chunk by chunk, and another one in the same memory: numbers and strings in room for all rows, other
 * columns piece by piece.
 */

import { MoatError } from '../engine/errors.ts';
import { type DuckDBDataChunk, numbersOf, stringReader } from './duckdb.ts';
import type { MediaStore } from './media/store.ts';
import type { RelationColumn } from './relation.ts';
import { emptyTable, loadColumn } from './stored-columns.ts';
import type { Column, NumericColumn, StringColumn, Table } from './table.ts';
import { concatTables, selectRows } from './table-ops.ts';

interface ColumnBuilder {
  start(rowCount: number): void;
  /** The rows of a chunk, the first of which is number `at` of the table. */
  add(chunk: DuckDBDataChunk, index: number, at: number): void | Promise<void>;
  /** Once, after the last chunk. With an order, row i is row `order[i]` of the chunks. */
  build(order: Uint32Array | undefined): Column;
}

/**
 * Collects rows from chunks whose columns are those of a relation. A table stands until the next one is started, which takes its
 * memory: pages that are new to a process take several times as long to fill as others.
 */
export class TableBuilder {
  readonly #columns: readonly ColumnBuilder[];
  #rowCount = 0;
  #filled = 0;

  constructor(columns: readonly RelationColumn[], media: MediaStore | undefined) {
    const numbers = new Room((size) => new Float64Array(size));
    const strings = new Room<(string | null)[]>((size) => new Array(size));
    this.#columns = columns.map((schema) => {
      const { name, type } = schema;
      switch (type) {
        case 'number':
        case 'integer':
        case 'boolean':
        case 'time':
          return numbersBuilder({ name, type }, numbers);
        case 'category':
        case 'text':
        case 'id':
          return stringsBuilder({ name, type }, strings);
        default:
          return piecesBuilder(schema, media);
      }
    });
  }

  start(rowCount: number): void {
    this.#rowCount = rowCount;
    this.#filled = 0;
    for (const column of this.#columns) column.start(rowCount);
  }

  async add(chunk: DuckDBDataChunk): Promise<void> {
    const { rowCount } = chunk;
    if (this.#filled + rowCount > this.#rowCount) throw this.#otherCount('more');
    for (const [index, column] of this.#columns.entries()) await column.add(chunk, index, this.#filled);
    this.#filled += rowCount;
  }

  /** With an order (a permutation), row i of the table is row `order[i]` of the chunks. */
  build(order?: Uint32Array): Table {
    if (this.#filled < this.#rowCount) throw this.#otherCount('fewer');
    return { rowCount: this.#rowCount, columns: this.#columns.map((column) => column.build(order)) };
  }

  #otherCount(than: 'more' | 'fewer'): MoatError {
    return new MoatError(`internal: ${than} rows came than the ${this.#rowCount} that a table was made for`, {
      code: 'INTERNAL',
      kind: 'internal',
      why: 'a relation says how many rows it has',
      fix: 'report this with the command that led to it',
    });
  }
}

/** Memory that is taken again and again, and made anew only where more is needed. */
class Room<T extends { readonly length: number }> {
  readonly #make: (size: number) => T;
  #held: T | undefined;

  constructor(make: (size: number) => T) {
    this.#make = make;
  }

  /** At least `size` values, whatever they are. */
  take(size: number): T {
    if (this.#held === undefined || this.#held.length < size) this.#held = this.#make(size);
    return this.#held;
  }
}

/** `scratch` is that of all columns: one at a time is put in order. */
function numbersBuilder(column: Pick<NumericColumn, 'name' | 'type'>, scratch: Room<Float64Array>): ColumnBuilder {
  const room = new Room((size) => new Float64Array(size));
  let values = new Float64Array();
  return {
    start(rowCount) {
      values = room.take(rowCount).subarray(0, rowCount);
    },
    add: (chunk, index, at) => values.set(numbersOf(chunk, index), at),
    build(order) {
      if (order) {
        const read = scratch.take(values.length);
        read.set(values);
        for (let row = 0; row < values.length; row++) values[row] = read[order[row] as number] as number;
      }
      return { ...column, values };
    },
  };
}

function stringsBuilder(column: Pick<StringColumn, 'name' | 'type'>, scratch: Room<(string | null)[]>): ColumnBuilder {
  const values: (string | null)[] = [];
  const readStrings = stringReader();
  return {
    start(rowCount) {
      values.length = rowCount;
    },
    add(chunk, index, at) {
      readStrings(chunk, index, values, at);
    },
    build(order) {
      if (order) {
        const read = scratch.take(values.length);
        for (let row = 0; row < values.length; row++) read[row] = values[row] as string | null;
        for (let row = 0; row < values.length; row++) values[row] = read[order[row] as number] as string | null;
      }
      return { ...column, values };
    },
  };
}

function piecesBuilder(schema: RelationColumn, media: MediaStore | undefined): ColumnBuilder {
  let pieces: Table[] = [];
  const readStrings = stringReader();
  return {
    start() {
      pieces = [];
    },
    async add(chunk, index) {
      pieces.push({ rowCount: chunk.rowCount, columns: [await loadColumn(schema, chunk, index, readStrings, media)] });
    },
    build(order) {
      const table = pieces.length === 0 ? emptyTable([schema]) : concatTables(pieces);
      pieces = [];
      return (order ? selectRows(table, order) : table).columns[0] as Column;
    },
  };
}
