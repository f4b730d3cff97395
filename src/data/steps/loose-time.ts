/** @file Dates as people write them: `1/5/2024`, `5 May 2024`, `May 5, 2024`, `2024年5月1日`, `20240501`, with or without a time of day. */

import { kindOf } from '../columns/index.ts';

/** Milliseconds since 1970 UTC, NaN for what is no date. `1/5/2024` has two readings and needs `order`; `25/5/2024` has one. */
export function readLooseTime(cell: string, order: 'day_first' | 'month_first' | undefined): number {
  if (cell.length > 60) return Number.NaN;
  const text = cell.normalize('NFKC').trim();
  const { date = '', clock = '' } = SPLIT.exec(text)?.groups ?? {};
  const day = isoDay(date, order);
  if (day === undefined) return readIso(text);
  const time = clock === '' ? undefined : isoClock(clock);
  if (clock !== '' && time === undefined) return Number.NaN;
  return readIso(time === undefined ? day : `${day}T${time}`);
}

/** A date, then perhaps a time of day. */
const SPLIT =
  /^(?<date>\d{1,4}(?:[./-]|年)\d{1,2}(?:[./-]|月)\d{1,4}日?|\d{8}|\d{1,2}(?:st|nd|rd|th)?[ -]\p{L}{3,9}\.?,?[ -]\d{4}|\p{L}{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})(?:,?[T ]\s*(?<clock>\d{1,2}[:时点].*))?$/u;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function isoDay(date: string, order: 'day_first' | 'month_first' | undefined): string | undefined {
  const chinese = /^(\d{4})年(\d{1,2})月(\d{1,2})日?$/.exec(date);
  if (chinese) return iso(chinese[1], chinese[2], chinese[3]);
  const packed = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
  if (packed) return iso(packed[1], packed[2], packed[3]);
  const yearFirst = /^(\d{4})([./-])(\d{1,2})\2(\d{1,2})$/.exec(date);
  if (yearFirst) return iso(yearFirst[1], yearFirst[3], yearFirst[4]);
  const yearLast = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/.exec(date);
  if (yearLast) return ordered(yearLast[1] as string, yearLast[3] as string, yearLast[4] as string, order);
  const dayName = /^(\d{1,2})(?:st|nd|rd|th)?[ -](\p{L}+)\.?,?[ -](\d{4})$/u.exec(date);
  if (dayName) return named(dayName[2], dayName[1], dayName[3]);
  const nameDay = /^(\p{L}+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/u.exec(date);
  return nameDay ? named(nameDay[1], nameDay[2], nameDay[3]) : undefined;
}

/** The order says how two small numbers are meant; one above 12 can only be a day. */
function ordered(first: string, second: string, year: string, order: 'day_first' | 'month_first' | undefined): string | undefined {
  const known = Number(first) > 12 ? 'day_first' : Number(second) > 12 ? 'month_first' : first === second ? 'day_first' : order;
  if (known === undefined) return undefined;
  return known === 'day_first' ? iso(year, second, first) : iso(year, first, second);
}

const FULL_NAMES = 'january february march april may june july august september october november december'.split(' ');

function named(name = '', day: string | undefined, year: string | undefined): string | undefined {
  const lower = name.toLowerCase();
  const month = FULL_NAMES.findIndex((full, i) => lower === full || lower === MONTHS[i] || (lower === 'sept' && i === 8));
  return month === -1 ? undefined : iso(year, String(month + 1), day);
}

function iso(year = '', month = '', day = ''): string {
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** `9:05`, `21:05:30.5`, `9:05 pm`, `9时5分`, with a zone or none. */
function isoClock(clock: string): string | undefined {
  const found = /^(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2})?秒?(?:\.(\d{1,9}))?)?\s*(am|pm|a\.m\.|p\.m\.)?\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(
    clock,
  );
  if (!found) return undefined;
  const [, hour = '', minute = '', second = '0', fraction, half, zone = ''] = found;
  const isAfternoon = half?.toLowerCase().startsWith('p');
  if (half !== undefined && (Number(hour) > 12 || Number(hour) === 0)) return undefined;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (isAfternoon ? 12 : 0);
  const two = (value: string | number): string => String(value).padStart(2, '0');
  return `${two(hours)}:${two(minute)}:${two(second)}${fraction === undefined ? '' : `.${fraction}`}${zone}`;
}

/** The strict reading of the column type, which refuses days that are in no calendar. */
function readIso(text: string): number {
  const parsed = kindOf('time').parse('', [text]).column as { readonly values: Float64Array };
  return parsed.values[0] as number;
}
