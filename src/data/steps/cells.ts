/** @file Cells on their way between DuckDB and a column in memory. */

import { BLOB, blobValue, DOUBLE, type DuckDBType, type DuckDBValue, VARCHAR } from '../duckdb.ts';
import type { RelationColumn } from '../relation.ts';
import type { Column, ColumnType } from '../table.ts';
import { bytesPerImage, isMedia, isNumeric, isPixels } from '../table-ops.ts';

/** Types whose cells a step can read and write; the others (an image, a list) pass through or are dropped. */
const NUMBERS: readonly ColumnType[] = ['number', 'integer', 'boolean', 'time'];
const STRINGS: readonly ColumnType[] = ['category', 'text', 'id'];

export function isNumericType(type: ColumnType): boolean {
  return NUMBERS.includes(type);
}

export function isStringType(type: ColumnType): boolean {
  return STRINGS.includes(type);
}

/** How DuckDB holds a cell that a function of ours reads or writes. */
export function cellType(type: ColumnType): DuckDBType {
  if (isNumericType(type)) return DOUBLE;
  return isStringType(type) ? VARCHAR : BLOB;
}

/** A column over values as DuckDB answers them. */
export function columnOfValues({ name, type, shape }: RelationColumn, values: readonly DuckDBValue[]): Column {
  if (isMedia(type)) {
    const [height = 0, width = 0, channels = 1] = shape ?? [];
    const size = height * width * channels;
    const pixels = new Uint8Array(values.length * size);
    values.forEach((value, row) => {
      pixels.set((value as { readonly bytes: Uint8Array }).bytes, row * size);
    });
    return { name, type, height, width, channels, pixels };
  }
  if (isNumericType(type)) {
    return { name, type, values: Float64Array.from(values as (number | null)[], (value) => value ?? Number.NaN) } as Column;
  }
  return { name, type, values } as Column;
}

/** The inverse: NULL for a gap, and no infinity or −0. */
export function valuesOfColumn(column: Column, rowCount: number): DuckDBValue[] {
  if (isPixels(column)) {
    const size = bytesPerImage(column);
    return Array.from({ length: rowCount }, (_, row) => blobValue(column.pixels.subarray(row * size, (row + 1) * size)));
  }
  if (isNumeric(column)) return Array.from(column.values, (value) => (Number.isFinite(value) ? value + 0 : null));
  return column.values as DuckDBValue[];
}
