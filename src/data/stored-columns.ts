/** @file Columns on their way between memory and DuckDB: how each type is stored, and its values in both directions. */

import {
  BLOB,
  blobValue,
  DOUBLE,
  type DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  LIST,
  listValue,
  numbersOf,
  type stringReader,
  VARCHAR,
} from './duckdb.ts';
import { numberLists, stringLists } from './duckdb-lists.ts';
import { decodeMedia, type MediaStore } from './media/store.ts';
import type { RelationColumn } from './relation.ts';
import type { Column, ColumnType, EmbeddingColumn, ImageColumn, Table } from './table.ts';
import { bytesPerImage, columnLength, isMedia, isNumeric, isPixels, vectorOf } from './table-ops.ts';

const STORED: { readonly [T in ColumnType]: DuckDBType } = {
  number: DOUBLE,
  integer: DOUBLE,
  boolean: DOUBLE,
  time: DOUBLE,
  category: VARCHAR,
  text: VARCHAR,
  id: VARCHAR,
  image: BLOB,
  audio: BLOB,
  list: LIST(VARCHAR),
  embedding: LIST(FLOAT),
  series: LIST(DOUBLE),
};

/** How a column of that type stands in a Parquet file. */
export function storedType(type: ColumnType): DuckDBType {
  return STORED[type];
}

/** The values of some rows as DuckDB takes them: NULL for a gap, and no infinity or −0. */
export function storedValues(column: Column, from = 0, to = columnLength(column)): DuckDBValue[] {
  if (isPixels(column)) {
    const size = bytesPerImage(column);
    return Array.from({ length: to - from }, (_, i) => blobValue(column.pixels.subarray((from + i) * size, (from + i + 1) * size)));
  }
  if (isNumeric(column)) return Array.from(column.values.subarray(from, to), finite);
  switch (column.type) {
    case 'embedding':
      return Array.from({ length: to - from }, (_, i) => {
        const vector = vectorOf(column, from + i);
        return Number.isNaN(vector[0]) ? null : listValue(Array.from(vector, finite));
      });
    case 'series':
      return column.values.slice(from, to).map((series) => series && listValue(Array.from(series, finite)));
    case 'list':
      return column.values.slice(from, to).map((items) => items && listValue(items));
    default:
      return column.values.slice(from, to);
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}

/** A column over values as DuckDB answers them; files of media are not decoded. */
export function columnOfValues(schema: RelationColumn, values: readonly DuckDBValue[]): Column {
  const { name, type } = schema;
  switch (type) {
    case 'image':
    case 'audio': {
      const column = emptyImage(schema, type);
      const size = bytesPerImage(column);
      const pixels = new Uint8Array(values.length * size);
      for (const [row, value] of values.entries()) pixels.set((value as { readonly bytes: Uint8Array }).bytes, row * size);
      return { ...column, pixels };
    }
    case 'embedding': {
      const [width = 1] = schema.shape ?? [];
      const vectors = new Float32Array(values.length * width).fill(Number.NaN);
      for (const [row, value] of values.entries()) if (value !== null) vectors.set(itemsOf<number>(value), row * width);
      return { name, type, width, vectors };
    }
    case 'series':
      return {
        name,
        type,
        values: values.map((value) => (value === null ? null : Float64Array.from(itemsOf<number | null>(value), orNaN))),
      };
    case 'list':
      return { name, type, values: values.map((value) => (value === null ? null : itemsOf<string>(value))) };
    case 'category':
    case 'text':
    case 'id':
      return { name, type, values: values as (string | null)[] };
    default:
      return { name, type, values: Float64Array.from(values as (number | null)[], orNaN) };
  }
}

function itemsOf<T>(value: DuckDBValue): readonly T[] {
  return (value as unknown as { readonly items: readonly T[] }).items;
}

function orNaN(value: number | null): number {
  return value ?? Number.NaN;
}

export type StringReader = ReturnType<typeof stringReader>;

/** A column of a chunk, without the way through a value of its own for each cell; files of media are decoded. */
export async function loadColumn(
  schema: RelationColumn,
  chunk: DuckDBDataChunk,
  index: number,
  readStrings: StringReader,
  media: MediaStore | undefined,
): Promise<Column> {
  const { name, type } = schema;
  switch (type) {
    case 'image':
    case 'audio': {
      const values = chunk.getColumnValues(index);
      if (!schema.isFile) return columnOfValues(schema, values);
      const bytes = values.map((value) => (value as { readonly bytes: Uint8Array }).bytes);
      return imageColumn(schema, await decodeMedia(bytes, schema, media));
    }
    case 'embedding':
      return loadVectors(schema, chunk, index);
    case 'series': {
      const { rowCount, items, at } = numberLists(chunk, index);
      const values = Array.from({ length: rowCount }, (_, row) => {
        const place = at(row);
        return place === undefined ? null : (items as Float64Array).slice(...place);
      });
      return { name, type, values };
    }
    case 'list':
      return { name, type, values: stringLists(chunk, index) };
    case 'category':
    case 'text':
    case 'id':
      return { name, type, values: readStrings(chunk, index) };
    default:
      return { name, type, values: numbersOf(chunk, index).slice() };
  }
}

function loadVectors({ name, shape }: RelationColumn, chunk: DuckDBDataChunk, index: number): EmbeddingColumn {
  const [width = 1] = shape ?? [];
  const { rowCount, items, at } = numberLists(chunk, index);
  const vectors = new Float32Array(rowCount * width).fill(Number.NaN);
  for (let row = 0; row < rowCount; row++) {
    const place = at(row);
    if (place !== undefined) vectors.set(items.subarray(...place), row * width);
  }
  return { name, type: 'embedding', width, vectors };
}

export function emptyTable(columns: readonly RelationColumn[]): Table {
  return {
    rowCount: 0,
    columns: columns.map((schema) => (isMedia(schema.type) ? emptyImage(schema, schema.type) : columnOfValues(schema, []))),
  };
}

/** A column of media over the bytes of its rows. */
export function imageColumn(schema: RelationColumn, pixels: Uint8Array): ImageColumn {
  return { ...emptyImage(schema, schema.type as ImageColumn['type']), pixels };
}

const DIGEST_BYTES = 32;

/** A column of media files as one of their sha256: what stands in the rows, read without decoding a file. */
export function digestsColumn({ name, type }: RelationColumn): RelationColumn {
  return { name, type, shape: [DIGEST_BYTES, 1, 1] };
}

/** The values of such a column. */
export function digestsOf({ pixels }: ImageColumn): Uint8Array[] {
  return Array.from({ length: pixels.length / DIGEST_BYTES }, (_, row) => pixels.subarray(row * DIGEST_BYTES, (row + 1) * DIGEST_BYTES));
}

function emptyImage({ name, shape }: RelationColumn, type: ImageColumn['type']): ImageColumn {
  const [height = 0, width = 0, channels = 1] = shape ?? [];
  return { name, type, height, width, channels, pixels: new Uint8Array(0) };
}
