/** @file The first line of a CSV file: whether it names the columns, or is a row of a file that has no header. */

import { boolean } from '../columns/boolean.ts';
import { readNumber } from '../columns/number.ts';
import { time } from '../columns/time.ts';
import { plural } from '../columns/words.ts';
import type { Warning } from '../dataset.ts';

/** `records` are the first ones, the header among them. */
export function headerWarnings(records: readonly (readonly string[])[], path: string): Warning[] {
  const [header = [], ...rows] = records;
  if (header.every(isNumber)) return [warning(path, 'all of them are numbers')];
  const columns = header.flatMap((name, i) => (isValueAmong(name, cellsOf(rows, i)) ? [i + 1] : []));
  const numbers = header.filter(isNumber).map((name) => readNumber(name.trim()));
  // wavelengths, depths, doses: a scale that names the columns
  const isScale =
    numbers.length === columns.length && numbers.length > 2 && numbers.every((n, i) => i === 0 || n > (numbers[i - 1] as number));
  if (columns.length === 0 || isScale) return [];
  const shown = `${columns.slice(0, MOST_SHOWN).join(', ')}${columns.length > MOST_SHOWN ? ', …' : ''}`;
  return [warning(path, `in ${plural(columns.length, 'column')} (${shown}) it reads like the values below it`)];
}

const MOST_SHOWN = 5;

/** A moment above moments, a fraction above numbers, true or false above these: a whole number may be a year or the number of a column. */
function isValueAmong(name: string, cells: readonly string[]): boolean {
  const trimmed = name.trim();
  const kind = KINDS.find(({ above }) => above(trimmed));
  return kind !== undefined && cells.length > 0 && cells.filter(kind.below).length >= MOST * cells.length;
}

type Test = (cell: string) => boolean;

const isTime: Test = (cell) => time.reads?.(cell) === true;
const isNumber: Test = (cell) => !Number.isNaN(readNumber(cell.trim()));
const isFraction: Test = (cell) => isNumber(cell) && !Number.isInteger(readNumber(cell));
const isTruth: Test = (cell) => /^\p{L}/u.test(cell) && boolean.reads?.(cell) === true;
const KINDS: readonly { readonly above: Test; readonly below: Test }[] = [
  { above: isTime, below: isTime },
  { above: isFraction, below: isNumber },
  { above: isTruth, below: isTruth },
];

const MOST = 0.9;

function cellsOf(rows: readonly (readonly string[])[], column: number): string[] {
  return rows.map((row) => (row[column] ?? '').trim()).filter((cell) => cell !== '');
}

function warning(path: string, what: string): Warning {
  return {
    code: 'CSV_HEADER_LIKE_ROW',
    message: `the first line of ${path} was taken for column names, and ${what}`,
    why: 'a file without a header looks like this, and its first row is lost',
    fix: 'put a line with the column names above it',
  };
}
