/** @file Column type `integer`: counts and ranks, whole numbers that a float64 holds exactly. */

import type { NumericColumn } from '../table.ts';
import type { ColumnKind } from './column-kind.ts';
import { isVersionName } from './name-hints.ts';
import { nullOfNaN, readNumber, textOfNumber } from './number.ts';
import { isNotFinite, isReadableAs, numericFacts, numericFromJson, parseNumeric } from './numeric.ts';
import { count, percent } from './words.ts';

export const integer: ColumnKind<NumericColumn> = {
  type: 'integer',
  summary: 'A count or a rank: whole numbers.',
  reads: (cell) => isNotFinite(cell) || (WHOLE.test(cell) && Number.isSafeInteger(readNumber(cell))),
  recognise(stats) {
    const whole = stats.readable.integer ?? 0;
    if (!isReadableAs(stats, 'integer') || stats.leadingZeroCount > 0 || whole < (stats.readable.number ?? 0)) return undefined;
    if (isVersionName(stats.name)) return undefined;
    return { score: 0.85, why: `${percent(whole, stats.valueCount)} of ${count(stats.valueCount)} values are whole numbers` };
  },
  parse: (name, cells) =>
    parseNumeric('integer', name, cells, (cell) => {
      const value = readNumber(cell);
      return Number.isSafeInteger(value) || !Number.isFinite(value) ? value : Number.NaN;
    }),
  plainSql: (cell) => ({ isPlain: `regexp_full_match(${cell}, '-?[1-9][0-9]{0,14}|0')`, value: `CAST(${cell} AS DOUBLE)` }),
  text: (column, row) => textOfNumber(column.values[row]),
  toJson: (column, row) => nullOfNaN(column.values[row]),
  fromJson: (field, values) =>
    numericFromJson('integer', field, values, 'a whole number', (value) =>
      typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined,
    ),
  facts: numericFacts,
};

const WHOLE = /^[+-]?\d[\d,]*$/;
