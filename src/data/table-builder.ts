/**
 * @file A table that is filled chunk by chunk, in the order of the chunks or in another one: numbers and strings in room made for
 * all rows beforehand, other columns piece by piece.
 */

import { MoatError } from '../engine/errors.ts';
import { type DuckDBDataChunk, numbersOf, stringReader } from './duckdb.ts';
import type { MediaStore } from './media/store.ts';
import type { RelationColumn } from './relation.ts';
import { emptyTable, loadColumn } from './stored-columns.ts';
import type { Column, NumericColumn, StringColumn, Table } from './table.ts';
import { concatTables, selectRows } from './table-ops.ts';

interface ColumnBuilder {
  /** The rows of a chunk, the first of which is number `at` of the table. */
  add(chunk: DuckDBDataChunk, index: number, at: number): void | Promise<void>;
  /** Once, after the last chunk. */
  build(): Column;
}

/**
 * Collects `rowCount` rows from chunks whose columns are those of a relation. With an order (a permutation), row i of the table is
 * row `order[i]` of the chunks: each goes to its place as it is read, because rows that are gathered later cost more than reading them.
 */
export class TableBuilder {
  readonly #rowCount: number;
  readonly #columns: readonly ColumnBuilder[];
  #filled = 0;

  constructor(columns: readonly RelationColumn[], rowCount: number, media: MediaStore | undefined, order?: Uint32Array) {
    this.#rowCount = rowCount;
    const places = order && inverseOf(order);
    this.#columns = columns.map((schema) => {
      const { name, type } = schema;
      switch (type) {
        case 'number':
        case 'integer':
        case 'boolean':
        case 'time':
          return numbersBuilder({ name, type, values: new Float64Array(rowCount) }, places);
        case 'category':
        case 'text':
        case 'id':
          return stringsBuilder({ name, type }, rowCount, places);
        default:
          return piecesBuilder(schema, media, order);
      }
    });
  }

  async add(chunk: DuckDBDataChunk): Promise<void> {
    const { rowCount } = chunk;
    if (this.#filled + rowCount > this.#rowCount) throw this.#otherCount('more');
    for (const [index, column] of this.#columns.entries()) await column.add(chunk, index, this.#filled);
    this.#filled += rowCount;
  }

  build(): Table {
    if (this.#filled < this.#rowCount) throw this.#otherCount('fewer');
    return { rowCount: this.#rowCount, columns: this.#columns.map((column) => column.build()) };
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

function inverseOf(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  for (let place = 0; place < order.length; place++) places[order[place] as number] = place;
  return places;
}

function numbersBuilder(column: NumericColumn, places: Uint32Array | undefined): ColumnBuilder {
  const { values } = column;
  return {
    add(chunk, index, at) {
      const numbers = numbersOf(chunk, index);
      if (places === undefined) values.set(numbers, at);
      else for (let row = 0; row < numbers.length; row++) values[places[at + row] as number] = numbers[row] as number;
    },
    build: () => column,
  };
}

function stringsBuilder(column: Pick<StringColumn, 'name' | 'type'>, rowCount: number, places: Uint32Array | undefined): ColumnBuilder {
  const values: (string | null)[] = new Array(rowCount);
  const read = stringReader();
  return {
    add(chunk, index, at) {
      const strings = read(chunk, index);
      for (let row = 0; row < strings.length; row++) values[places?.[at + row] ?? at + row] = strings[row] as string | null;
    },
    build: () => ({ ...column, values }),
  };
}

function piecesBuilder(schema: RelationColumn, media: MediaStore | undefined, order: Uint32Array | undefined): ColumnBuilder {
  const pieces: Table[] = [];
  const readStrings = stringReader();
  return {
    async add(chunk, index) {
      pieces.push({ rowCount: chunk.rowCount, columns: [await loadColumn(schema, chunk, index, readStrings, media)] });
    },
    build() {
      const table = pieces.length === 0 ? emptyTable([schema]) : concatTables(pieces);
      return (order ? selectRows(table, order) : table).columns[0] as Column;
    },
  };
}
