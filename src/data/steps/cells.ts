/** @file Which types of cells a step can work on. */

import type { ColumnType } from '../table.ts';

/** Types whose cells a step can read and write; the others (an image, a list) pass through or are dropped. */
const NUMBERS: readonly ColumnType[] = ['number', 'integer', 'boolean', 'time'];
const STRINGS: readonly ColumnType[] = ['category', 'text', 'id'];

export function isNumericType(type: ColumnType): boolean {
  return NUMBERS.includes(type);
}

export function isStringType(type: ColumnType): boolean {
  return STRINGS.includes(type);
}
