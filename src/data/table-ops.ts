/** @file Taking tables apart and putting them together: columns by name, rows by index, tables one under the other. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import type { RelationColumn } from './relation.ts';
import type { Column, ColumnType, EmbeddingColumn, ImageColumn, NumericColumn, StringColumn, Table } from './table.ts';

export function isNumeric(column: Column): column is NumericColumn {
  return column.type === 'number' || column.type === 'integer' || column.type === 'boolean' || column.type === 'time';
}

export function isString(column: Column): column is StringColumn {
  return column.type === 'category' || column.type === 'text' || column.type === 'id';
}

export function isPixels(column: Column): column is ImageColumn {
  return isMedia(column.type);
}

/** Whether a type is of pictures or sounds. */
export function isMedia(type: ColumnType): type is ImageColumn['type'] {
  return type === 'image' || type === 'audio';
}

/** Bytes of one image: height × width × channels. */
export function bytesPerImage(column: Pick<ImageColumn, 'height' | 'width' | 'channels'>): number {
  return column.height * column.width * column.channels;
}

/** Bytes of one row in memory, not counting strings: a byte for each of an image, four for each number of a vector, eight for another value. */
export function bytesPerRow(columns: readonly Pick<RelationColumn, 'type' | 'shape'>[]): number {
  return columns.reduce((sum, { type, shape = [] }) => {
    const values = shape.reduce((product, dim) => product * dim, 1);
    return sum + (isMedia(type) ? values : type === 'embedding' ? 4 * values : 8);
  }, 0);
}

/** Rows that a column holds. */
export function columnLength(column: Column): number {
  if (isPixels(column)) return column.pixels.length / bytesPerImage(column);
  return column.type === 'embedding' ? column.vectors.length / column.width : column.values.length;
}

export function isMissing(column: Column, row: number): boolean {
  if (isPixels(column)) return false;
  if (column.type === 'embedding') return Number.isNaN(column.vectors[row * column.width]);
  return isNumeric(column) ? Number.isNaN(column.values[row]) : column.values[row] === null;
}

/** The vector of a row, NaN throughout where it is missing. */
export function vectorOf({ vectors, width }: EmbeddingColumn, row: number): Float32Array {
  return vectors.subarray(row * width, (row + 1) * width);
}

/** A column in memory as a relation describes it. */
export function relationColumn(column: Column): RelationColumn {
  const shape = shapeOf(column);
  return { name: column.name, type: column.type, ...(shape && { shape }) };
}

/** What all values of a column have in common beside their type, as a relation tells it: the size of pictures, the width of vectors. */
export function shapeOf(column: Column): readonly number[] | undefined {
  if (isPixels(column)) return [column.height, column.width, column.channels];
  return column.type === 'embedding' ? [column.width] : undefined;
}

/** The column of that name; an unknown name is refused with the nearest known ones. */
export function columnOf(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  const names = table.columns.map((candidate) => candidate.name);
  throw new MoatError(`there is no column "${name}"`, {
    code: 'COLUMN_UNKNOWN',
    why: `the table has ${names.length} columns, and none of that name`,
    fix: didYouMean(name, names),
  });
}

/** A table over the given columns, which must be of one length. */
export function tableOf(columns: readonly Column[], rowCount = columns[0] ? columnLength(columns[0]) : 0): Table {
  for (const column of columns) {
    if (columnLength(column) !== rowCount) {
      throw new MoatError(`internal: column "${column.name}" has ${columnLength(column)} rows, not ${rowCount}`, {
        code: 'INTERNAL',
        kind: 'internal',
        why: 'all columns of a table have the same number of rows',
        fix: 'report this with the command that led to it',
      });
    }
  }
  return { rowCount, columns };
}

/** The given rows in the given order; an index may repeat. */
export function selectRows(table: Table, rows: ArrayLike<number>): Table {
  return { rowCount: rows.length, columns: table.columns.map((column) => selectCells(column, rows)) };
}

/** The cells of the given rows in the given order. */
export function selectCells(column: Column, rows: ArrayLike<number>): Column {
  if (isPixels(column)) {
    const size = bytesPerImage(column);
    const pixels = new Uint8Array(rows.length * size);
    for (let i = 0; i < rows.length; i++) {
      const from = (rows[i] as number) * size;
      pixels.set(column.pixels.subarray(from, from + size), i * size);
    }
    return { ...column, pixels };
  }
  if (column.type === 'embedding') {
    const { width } = column;
    const vectors = new Float32Array(rows.length * width);
    for (let i = 0; i < rows.length; i++) vectors.set(vectorOf(column, rows[i] as number), i * width);
    return { ...column, vectors };
  }
  // plain loops: `from` with a function takes ten times as long, and every row of an epoch passes here
  if (isNumeric(column)) {
    const values = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i] as number] ?? Number.NaN;
    return { ...column, values };
  }
  // each of the other columns keeps values of its own type
  return { ...column, values: selectValues(column.values, rows) } as Column;
}

function selectValues(values: readonly unknown[], rows: ArrayLike<number>): unknown[] {
  const selected: unknown[] = new Array(rows.length);
  for (let i = 0; i < rows.length; i++) selected[i] = values[rows[i] as number] ?? null;
  return selected;
}

/** Tables of the same columns, one under the other. */
export function concatTables(tables: readonly Table[]): Table {
  const [first, ...rest] = tables;
  if (!first) return { rowCount: 0, columns: [] };
  if (rest.length === 0) return first;
  return {
    rowCount: tables.reduce((sum, table) => sum + table.rowCount, 0),
    columns: first.columns.map((column) => concatColumns(column, tables)),
  };
}

function concatColumns(like: Column, tables: readonly Table[]): Column {
  const pieces = tables.map((table) => {
    const piece = columnOf(table, like.name);
    if (sameLayout(piece, like)) return piece;
    throw new MoatError(`cannot put column "${like.name}" of two tables under each other`, {
      code: 'COLUMN_LAYOUT',
      why: `it is ${layoutOf(like)} in one and ${layoutOf(piece)} in the other`,
      fix: 'bring both tables to one schema first',
    });
  });
  if (isPixels(like)) {
    return { ...like, pixels: concatBytes(pieces.map((piece) => (piece as ImageColumn).pixels)) };
  }
  if (isNumeric(like)) {
    const values = new Float64Array(pieces.reduce((sum, piece) => sum + columnLength(piece), 0));
    let at = 0;
    for (const piece of pieces as NumericColumn[]) {
      values.set(piece.values, at);
      at += piece.values.length;
    }
    return { ...like, values };
  }
  if (like.type === 'embedding') {
    const vectors = new Float32Array(pieces.reduce((sum, piece) => sum + (piece as EmbeddingColumn).vectors.length, 0));
    let at = 0;
    for (const piece of pieces as EmbeddingColumn[]) {
      vectors.set(piece.vectors, at);
      at += piece.vectors.length;
    }
    return { ...like, vectors };
  }
  return { ...like, values: concatValues((pieces as (typeof like)[]).map(({ values }) => values)) } as Column;
}

/** Room for all of them first: a list that grows is copied again and again. */
function concatValues(pieces: readonly (readonly unknown[])[]): unknown[] {
  const values: unknown[] = new Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) for (let i = 0; i < piece.length; i++) values[at++] = piece[i];
  return values;
}

function concatBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function sameLayout(a: Column, b: Column): boolean {
  return layoutOf(a) === layoutOf(b);
}

function layoutOf(column: Column): string {
  const shape = shapeOf(column);
  return shape ? `${column.type} ${shape.join('×')}` : column.type;
}
