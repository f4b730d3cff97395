/** @file Column type `time`: an instant, kept as milliseconds since 1970 UTC. */

import type { NumericColumn } from '../table.ts';
import type { ColumnFacts, ColumnKind } from './column-kind.ts';
import { isReadableAs, numericFacts, numericFromJson, parseNumeric } from './numeric.ts';
import { timeEvidence } from './time-evidence.ts';
import { readTimeAs, readWordedTime, TIME_FORMATS, type TimeFormat, timeSql } from './time-format.ts';
import { count, percent } from './words.ts';

export const time: ColumnKind<NumericColumn> = {
  type: 'time',
  summary:
    'An instant: 2024-05-01, 2024-05-01T10:00:00Z, 31 Dec 2024, 2024年12月31日, 31/12/2024 and 12/31/2024 by the whole column. Without a zone it is UTC.',
  reads: (cell, format) => !Number.isNaN(readerOf(format)(cell)),
  formats: TIME_FORMATS,
  formatOf: (stats) => (isReadableAs(stats, 'time') ? undefined : timeEvidence(stats, true)?.format),
  recognise(stats) {
    if (stats.valueCount === 0) return undefined;
    if (!isReadableAs(stats, 'time')) {
      const written = timeEvidence(stats);
      return written && { score: 0.95, ...written };
    }
    return {
      score: 0.95,
      why: `${percent(stats.readable.time ?? 0, stats.valueCount)} of ${count(stats.valueCount)} values are dates`,
    };
  },
  parse: (name, cells, format) => parseNumeric('time', name, cells, readerOf(format)),
  plainSql: (cell, format) =>
    format !== undefined
      ? timeSql(cell, format as TimeFormat)
      : {
          isPlain: `regexp_full_match(${cell}, '${PLAIN_SQL}')`,
          value: `epoch_ms(CAST(${cell} AS TIMESTAMP))`,
        },
  text: (column, row) => isoOf(column.values[row]),
  toJson: (column, row) => isoOf(column.values[row]),
  fromJson: (field, values) =>
    numericFromJson('time', field, values, 'an ISO 8601 time as a string', (value) =>
      typeof value === 'string' ? readTime(value.trim()) : undefined,
    ),
  facts(column): ColumnFacts {
    const { min, max } = numericFacts(column) as { min?: number; max?: number };
    return min === undefined || max === undefined ? {} : { first: isoOf(min) ?? '', last: isoOf(max) ?? '' };
  },
};

/** A date that every month has, with two digits for month and day, and perhaps the time to the second or millisecond, without a zone. */
const PLAIN_SQL =
  '[1-9][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{3})?)?';

/** A column of a format may hold cells that are unambiguous by themselves, too. */
function readerOf(format: string | undefined): (cell: string) => number {
  if (format === undefined) return readTime;
  return (cell) => {
    const value = readTimeAs(cell, format as TimeFormat);
    return Number.isNaN(value) ? readTime(cell) : value;
  };
}

/** Year, month, day, then perhaps hour, minute, second, fraction and zone. */
const TIME = /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/;

function readTime(cell: string): number {
  const found = cell.length > 40 ? null : TIME.exec(cell);
  if (!found) return cell.length > 40 ? Number.NaN : readWordedTime(cell);
  const [, year, , month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = found;
  const fields = [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const;
  const instant = new Date(0);
  instant.setUTCFullYear(fields[0], fields[1], fields[2]);
  instant.setUTCHours(fields[3], fields[4], fields[5], Number(fraction.slice(0, 3).padEnd(3, '0')));
  // The calendar wraps 31 February into March; such a date does not exist and is not read.
  const isReal =
    instant.getUTCMonth() === fields[1] && instant.getUTCDate() === fields[2] && fields[3] < 24 && fields[4] < 60 && fields[5] < 60;
  return isReal ? instant.getTime() - offsetMsOf(zone) : Number.NaN;
}

function offsetMsOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

function isoOf(value: number | undefined): string | null {
  if (value === undefined || Number.isNaN(value)) return null;
  return new Date(value).toISOString();
}
