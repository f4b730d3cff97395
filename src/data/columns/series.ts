/** @file Column type `series`: numbers in their order, such as readings of a sensor, as many as a row has. */

import type { SeriesColumn } from '../table.ts';
import { type ColumnFacts, type ColumnKind, jsonTypeOf, type Parsed, WrongValue } from './column-kind.ts';
import { isMissingCell } from './missing.ts';
import { plainNumbers, readNumbers } from './number-text.ts';
import { sequenceEvidence } from './sequence-evidence.ts';
import { spreadOf } from './spread.ts';

export const series: ColumnKind<SeriesColumn> = {
  type: 'series',
  summary: 'Numbers in their order, as many as a row has; in JSON an array of numbers, with null for a gap among them.',
  reads: (cell) => readNumbers(cell) !== undefined,
  recognise(stats) {
    const found = sequenceEvidence(stats);
    return found?.type === 'series' ? { score: 0.97, why: found.why } : undefined;
  },
  parse(name, cells): Parsed<SeriesColumn> {
    let unreadableCount = 0;
    let firstUnreadable: number | undefined;
    const values = cells.map((cell, row) => {
      if (isMissingCell(cell)) return null;
      const numbers = readSeries(cell.trim());
      if (numbers !== undefined) return numbers;
      unreadableCount++;
      firstUnreadable ??= row;
      return null;
    });
    const column: SeriesColumn = { name, type: 'series', values };
    return { column, unreadableCount, nonFiniteCount: 0, ...(firstUnreadable !== undefined && { firstUnreadable }) };
  },
  plainSql: (cell) => ({ isPlain: plainNumbers(cell), value: `list_transform(CAST(${cell} AS DOUBLE[]), lambda x: x + 0)` }),
  plainList: (list) => ({
    isPlain: `len(${list}) > 0 AND list_count(${list}) = len(${list}) AND list_min(${list}) > '-infinity'::DOUBLE AND list_max(${list}) < 'infinity'::DOUBLE`,
    value: `list_transform(CAST(${list} AS DOUBLE[]), lambda x: x + 0)`,
  }),
  text(column, row) {
    const numbers = numbersOf(column, row);
    return numbers && JSON.stringify(numbers);
  },
  toJson: numbersOf,
  fromJson({ name }, values) {
    const expected = 'an array of numbers, with null for a gap';
    const read = values.map((value, row): Float64Array | null => {
      if (value === null || value === undefined) return null;
      if (typeof value === 'string') {
        const { column, unreadableCount } = series.parse(name, [value]);
        if (unreadableCount > 0) throw new WrongValue(row, expected, 'a string that holds no numbers');
        return column.values[0] as Float64Array | null;
      }
      if (!Array.isArray(value)) throw new WrongValue(row, expected, jsonTypeOf(value));
      return Float64Array.from(value, (number) => {
        if (number === null) return Number.NaN;
        if (typeof number !== 'number' || !Number.isFinite(number))
          throw new WrongValue(row, expected, 'an array with something else in it');
        return number + 0;
      });
    });
    return { name, type: 'series', values: read };
  },
  facts({ values }): ColumnFacts {
    const known = values.filter((one) => one !== null);
    const numbers = known.flatMap((one) => [...one.subarray(0, NUMBERS_A_ROW)]).filter((value) => !Number.isNaN(value));
    return {
      length: spreadOf(known.map((one) => one.length)),
      value: spreadOf(numbers),
      gaps: known.reduce((sum, one) => sum + one.filter(Number.isNaN).length, 0),
      drawn: known
        .filter((one) => one.length > 1)
        .slice(0, DRAWN)
        .map(thinned),
    };
  },
};

/** Of a long series so many numbers say how its values are spread. */
const NUMBERS_A_ROW = 1_000;
const DRAWN = 4;
const POINTS = 60;

/** A single number is a series of one, once it is known that the column holds series. */
function readSeries(cell: string): Float64Array | undefined {
  return readNumbers(cell) ?? readNumbers(`[${cell}]`);
}

function numbersOf({ values }: SeriesColumn, row: number): (number | null)[] | null {
  const numbers = values[row];
  return numbers ? Array.from(numbers, (value) => (Number.isNaN(value) ? null : value)) : null;
}

/** At most so many points, each the mean of its share of the numbers; null where none of them is known. */
function thinned(numbers: Float64Array): (number | null)[] {
  const count = Math.min(POINTS, numbers.length);
  return Array.from({ length: count }, (_, i) => {
    const some = numbers
      .subarray(Math.floor((i * numbers.length) / count), Math.floor(((i + 1) * numbers.length) / count))
      .filter((value) => !Number.isNaN(value));
    return some.length === 0 ? null : some.reduce((sum, value) => sum + value / some.length, 0);
  });
}
