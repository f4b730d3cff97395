/** @file Column type `number`: measurements, finite or missing. */

import type { NumericColumn } from '../table.ts';
import type { ColumnKind } from './column-kind.ts';
import { isNotFinite, isReadableAs, numericFacts, numericFromJson, parseNumeric } from './numeric.ts';
import { count, percent } from './words.ts';

export const number: ColumnKind<NumericColumn> = {
  type: 'number',
  summary: 'A measurement; NaN and infinity count as missing.',
  reads: (cell) => isNotFinite(cell) || !Number.isNaN(readNumber(cell)),
  recognise(stats) {
    // One leading zero is enough: it would be lost, so the column holds codes.
    if (!isReadableAs(stats, 'number') || stats.leadingZeroCount > 0) return undefined;
    const share = percent(stats.readable.number ?? 0, stats.valueCount);
    return { score: 0.8, why: `${share} of ${count(stats.valueCount)} values read as numbers` };
  },
  parse: (name, cells) => parseNumeric('number', name, cells, readNumber),
  plainSql: (cell) => ({ isPlain: `regexp_full_match(${cell}, '${PLAIN_SQL}')`, value: `CAST(${cell} AS DOUBLE)` }),
  text: (column, row) => textOfNumber(column.values[row]),
  toJson: (column, row) => nullOfNaN(column.values[row]),
  fromJson: (field, values) =>
    numericFromJson('number', field, values, 'a finite number', (value) => (typeof value === 'number' ? value : undefined)),
  facts: numericFacts,
};

/**
 * A decimal number with a point, an exponent, or commas between thousands; NaN for anything else.
 * Whole numbers of more than 15 digits are refused: a float64 would change them, so they are codes.
 */
export function readNumber(cell: string): number {
  if (cell.length > LONGEST_NUMBER) return Number.NaN;
  if (PLAIN.test(cell)) return DIGITS_LOST.test(cell) ? Number.NaN : Number(cell);
  return THOUSANDS.test(cell) ? Number(cell.replaceAll(',', '')) : Number.NaN;
}

export function textOfNumber(value: number | undefined): string | null {
  return value === undefined || Number.isNaN(value) ? null : String(value);
}

export function nullOfNaN(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** Without sign or leading zero, of so few digits that none is lost, and not −0. */
const PLAIN_SQL = '(?:-?[1-9][0-9]{0,14}|0)(?:\\.[0-9]{1,20})?|-0\\.[0-9]{0,19}[1-9]';

const LONGEST_NUMBER = 64;
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const THOUSANDS = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const DIGITS_LOST = /^[+-]?\d{16,}$/;
