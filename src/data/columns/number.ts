/** @file Column type `number`: measurements, finite or missing. */

import type { NumericColumn } from '../table.ts';
import type { ColumnKind, Recognition } from './column-kind.ts';
import { isVersionName } from './name-hints.ts';
import { numberEvidence } from './number-evidence.ts';
import { formattedSql, NUMBER_FORMATS, type NumberFormat, readFormatted } from './number-format.ts';
import { isNotFinite, isReadableAs, numericFacts, numericFromJson, parseNumeric } from './numeric.ts';
import type { ColumnStats } from './stats.ts';
import { count, percent, plural } from './words.ts';

export const number: ColumnKind<NumericColumn> = {
  type: 'number',
  summary: 'A measurement, also with thousands apart, a decimal comma, one currency or percent signs; NaN and infinity count as missing.',
  reads: (cell, format) => isNotFinite(cell) || !Number.isNaN(readerOf(format)(cell)),
  formats: NUMBER_FORMATS,
  formatOf: (stats) => (isReadableAs(stats, 'number') ? undefined : numberEvidence(stats)?.format),
  recognise(stats) {
    // One leading zero is enough: it would be lost, so the column holds codes.
    if (stats.leadingZeroCount > 0 || stats.valueCount === 0 || isVersionName(stats.name)) return undefined;
    const written = (stats.readable.number ?? 0) < stats.valueCount ? numberEvidence(stats) : undefined;
    if (written) return { score: 0.8, ...written };
    if (!isReadableAs(stats, 'number')) return numbersAndWords(stats);
    const share = percent(stats.readable.number ?? 0, stats.valueCount);
    return { score: 0.8, why: `${share} of ${count(stats.valueCount)} values read as numbers` };
  },
  parse: (name, cells, format) => parseNumeric('number', name, cells, readerOf(format)),
  plainSql: (cell, format) =>
    format !== undefined
      ? formattedSql(cell, format as NumberFormat)
      : { isPlain: `regexp_full_match(${cell}, '${PLAIN_SQL}')`, value: `CAST(${cell} AS DOUBLE)` },
  text: (column, row) => textOfNumber(column.values[row]),
  toJson: (column, row) => nullOfNaN(column.values[row]),
  fromJson: (field, values) =>
    numericFromJson('number', field, values, 'a finite number', (value) => (typeof value === 'number' ? value : undefined)),
  facts: numericFacts,
};

/** How cells of a format are read; a plain number reads the same in every column that has one. */
function readerOf(format: string | undefined): (cell: string) => number {
  return format === undefined ? readNumber : (cell) => readFormatted(cell, format as NumberFormat).value;
}

/** Numbers among which one or two words stand for what was not measured, such as "unknown": they become missing, with a warning. */
function numbersAndWords({ distinct, distinctIsExact, readable, valueCount }: ColumnStats): Recognition | undefined {
  const words = [...distinct.keys()].filter((value) => Number.isNaN(readNumber(value)));
  const numbers = readable.number ?? 0;
  const isMeasured = numbers >= WORDS_BESIDE * valueCount && distinct.size - words.length >= FEWEST_NUMBERS;
  if (!distinctIsExact || !isMeasured || words.length > 2 || !words.every((word) => /^\p{L}[\p{L} ]*$/u.test(word))) return undefined;
  return {
    score: 0.75,
    why: `${percent(numbers, valueCount)} of the values are numbers; ${plural(words.length, 'word')} among them may say that there is none`,
  };
}

const WORDS_BESIDE = 0.7;
const FEWEST_NUMBERS = 20;

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
