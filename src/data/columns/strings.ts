/** @file What category, text and id share: strings, a gap is null. */

import type { Field } from '../dataset.ts';
import type { StringColumn } from '../table.ts';
import { jsonTypeOf, type Parsed, WrongValue } from './column-kind.ts';
import { isMissingCell } from './missing.ts';

/** Reads cells, after `tidy`; no cell is unreadable. */
export function parseStrings(
  type: StringColumn['type'],
  name: string,
  cells: readonly (string | null)[],
  tidy: (cell: string) => string = (cell) => cell,
): Parsed<StringColumn> {
  const values = cells.map((cell) => (isMissingCell(cell) ? null : tidy(cell as string)));
  return { column: { name, type, values }, unreadableCount: 0, nonFiniteCount: 0 };
}

/** JSON strings to a column; `read` may turn one into missing. */
export function stringsFromJson(
  type: StringColumn['type'],
  field: Field,
  values: readonly unknown[],
  read: (value: string) => string | null,
): StringColumn {
  const strings = values.map((value, row) => {
    if (value === null || value === undefined) return null;
    if (typeof value !== 'string') throw new WrongValue(row, 'a string', jsonTypeOf(value));
    return read(value);
  });
  return { name: field.name, type, values: strings };
}

/** Counts of the distinct values, most frequent first, ties by code point. */
export function countValues(values: readonly (string | null)[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || compareStrings(a[0], b[0]));
}

/** By code unit: the same order on every machine, whatever its locale. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
