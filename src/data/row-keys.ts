/** @file A key for every row, equal for two rows exactly when their values are: what duplicates are found by. */

import { createHash } from 'node:crypto';
import { kindOf } from './columns/index.ts';
import type { Column, Table } from './table.ts';
import { bytesPerImage, isNumeric, isPixels, isString } from './table-ops.ts';

/** Columns that tell rows apart: all but ids, which name a row and say nothing about it. */
export function comparedColumns(table: Table, leftOut: readonly string[] = []): string[] {
  return table.columns.filter((column) => column.type !== 'id' && !leftOut.includes(column.name)).map((column) => column.name);
}

/** One key a row over the named columns; a long one is replaced by its sha256. */
export function rowKeys(table: Table, columns: readonly string[]): string[] {
  const compared = table.columns.filter((column) => columns.includes(column.name));
  return Array.from({ length: table.rowCount }, (_, row) => {
    let key = '';
    for (const column of compared) {
      const cell = cellKey(column, row);
      key += `${cell.length}:${cell}`; // the length in front keeps ("a", "bc") and ("ab", "c") apart
    }
    return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest().toString('latin1');
  });
}

const LONGEST_KEY = 64;

function cellKey(column: Column, row: number): string {
  if (isPixels(column)) {
    const size = bytesPerImage(column);
    return Buffer.from(column.pixels.buffer, column.pixels.byteOffset + row * size, size).toString('latin1');
  }
  if (isNumeric(column)) return String(column.values[row]);
  if (!isString(column)) return kindOf(column.type).text(column, row) ?? '-';
  const value = column.values[row];
  return value === null || value === undefined ? '-' : `=${value}`; // a gap is not the text "-"
}
