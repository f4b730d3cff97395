/** @file What number, integer, boolean and time share: values in a Float64Array, a gap is NaN. */

import type { Field } from '../dataset.ts';
import type { NumericColumn } from '../table.ts';
import { type ColumnFacts, jsonTypeOf, type Parsed, WrongValue } from './column-kind.ts';
import { isMissingCell } from './missing.ts';
import type { ColumnStats } from './stats.ts';

/** A type is claimed when all but this share of the values can be read; the others become missing, with a warning. */
const UNREADABLE_SHARE = 0.02;
/** In a column of at least so many values one may be unreadable, although it is a larger share. */
const FEWEST_FORGIVEN = 20;

/** Whether nearly all values of the column can be read as that type. */
export function isReadableAs(stats: ColumnStats, type: NumericColumn['type']): boolean {
  const { valueCount, readable } = stats;
  const forgiven = Math.max(UNREADABLE_SHARE * valueCount, valueCount >= FEWEST_FORGIVEN ? 1 : 0);
  return valueCount > 0 && (readable[type] ?? 0) >= valueCount - forgiven;
}

/** Reads cells one by one; `read` answers NaN for what it cannot read. */
export function parseNumeric(
  type: NumericColumn['type'],
  name: string,
  cells: readonly (string | null)[],
  read: (cell: string) => number,
): Parsed<NumericColumn> {
  const values = new Float64Array(cells.length);
  let unreadableCount = 0;
  let firstUnreadable: number | undefined;
  let nonFiniteCount = 0;
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row]?.trim() ?? null;
    let value = Number.NaN;
    if (cell !== null && isNotFinite(cell)) nonFiniteCount++;
    else if (!isMissingCell(cell)) {
      value = read(cell as string);
      if (Number.isNaN(value)) {
        unreadableCount++;
        firstUnreadable ??= row;
      } else if (!Number.isFinite(value)) {
        nonFiniteCount++;
        value = Number.NaN;
      }
    }
    values[row] = value === 0 ? 0 : value; // −0 and 0 are one value
  }
  const column: NumericColumn = { name, type, values };
  return { column, unreadableCount, nonFiniteCount, ...(firstUnreadable !== undefined && { firstUnreadable }) };
}

/** JSON values to a column; `accept` answers undefined for what it refuses. */
export function numericFromJson(
  type: NumericColumn['type'],
  field: Field,
  values: readonly unknown[],
  expected: string,
  accept: (value: unknown) => number | undefined,
): NumericColumn {
  const numbers = Float64Array.from(values, (value, row) => {
    if (value === null || value === undefined) return Number.NaN;
    const number = accept(value);
    if (number === undefined || !Number.isFinite(number)) throw new WrongValue(row, expected, jsonTypeOf(value));
    return number === 0 ? 0 : number;
  });
  return { name: field.name, type, values: numbers };
}

/** Range, moments and quantiles of the values that are there. */
export function numericFacts(column: NumericColumn): ColumnFacts {
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return {};
  const mean = sorted.reduce((sum, value) => sum + value / sorted.length, 0);
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2 / Math.max(1, sorted.length - 1), 0);
  return {
    min: sorted[0] as number,
    max: sorted.at(-1) as number,
    mean,
    standardDeviation: Math.sqrt(variance),
    quantiles: Object.fromEntries(QUANTILES.map((q) => [String(q), quantileOf(sorted, q)])),
  };
}

/** Linear interpolation between the two nearest ranks (Hyndman & Fan's type 7, the default of R and NumPy); `sorted` ascends. */
export function quantileOf(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below === above ? below : below + (above - below) * (at - Math.floor(at));
}

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;
/** A cell that says NaN or infinity: a number to whoever wrote it, a missing value here. */
export function isNotFinite(cell: string): boolean {
  return NON_FINITE.test(cell);
}

const NON_FINITE = /^[+-]?(?:nan|inf|infinity|∞)$/i;
