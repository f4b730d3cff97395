/** @file Times as people write them beyond ISO 8601: day or month first, names of months, Chinese, digits alone, and counts since 1970. */

/** What the order of digits alone does not say: how the dates of one column are to be read. */
export type TimeFormat = 'day_first' | 'month_first' | 'year_month_day' | 'epoch_seconds' | 'epoch_milliseconds';
export const TIME_FORMATS: readonly TimeFormat[] = ['day_first', 'month_first', 'year_month_day', 'epoch_seconds', 'epoch_milliseconds'];

/** Milliseconds since 1970 UTC of a cell in that format; NaN for anything else. Years of two digits are 1969 to 2068, as POSIX has them. */
export function readTimeAs(cell: string, format: TimeFormat): number {
  switch (format) {
    case 'day_first':
    case 'month_first': {
      const found = NUMBERS.exec(cell);
      if (!found) return Number.NaN;
      const [, first, , second, year, rest] = found as unknown as [string, string, string, string, string, string | undefined];
      const [day, month] = format === 'day_first' ? [first, second] : [second, first];
      return instantOf(fullYear(year), Number(month), Number(day), rest);
    }
    case 'year_month_day': {
      const found = /^(\d{4})(\d{2})(\d{2})$/.exec(cell);
      return found && isCentury(found[1] as string) ? instantOf(Number(found[1]), Number(found[2]), Number(found[3])) : Number.NaN;
    }
    case 'epoch_seconds':
      return /^\d{9,10}(?:\.\d{1,9})?$/.test(cell) ? Math.floor(Number(cell) * 1000) : Number.NaN;
    case 'epoch_milliseconds':
      return /^\d{12,13}$/.test(cell) ? Number(cell) : Number.NaN;
  }
}

/** Dates whose words say what is what: 31 Dec 2024, December 31, 2024, 2024年12月31日, 2024.12.31; NaN for anything else. */
export function readWordedTime(cell: string): number {
  const chinese = CHINESE.exec(cell);
  if (chinese) return instantOf(Number(chinese[1]), Number(chinese[2]), Number(chinese[3]), chineseClock(chinese[4]));
  const dotted = DOTTED.exec(cell);
  if (dotted) return instantOf(Number(dotted[1]), Number(dotted[2]), Number(dotted[3]), dotted[4]);
  const dayFirst = DAY_NAME.exec(cell);
  if (dayFirst) return instantOf(fullYear(dayFirst[3] as string), monthOf(dayFirst[2] as string), Number(dayFirst[1]), dayFirst[4]);
  const monthFirst = NAME_DAY.exec(cell);
  if (monthFirst) return instantOf(Number(monthFirst[3]), monthOf(monthFirst[1] as string), Number(monthFirst[2]), monthFirst[4]);
  return Number.NaN;
}

/** SQL for the usual cells of that format; true means that `readTimeAs` reads the same. */
export function timeSql(cell: string, format: TimeFormat): { readonly isPlain: string; readonly value: string } {
  if (format === 'epoch_seconds')
    return { isPlain: `regexp_full_match(${cell}, '[1-9][0-9]{8,9}')`, value: `CAST(${cell} AS DOUBLE) * 1000` };
  if (format === 'epoch_milliseconds')
    return { isPlain: `regexp_full_match(${cell}, '[1-9][0-9]{11,12}')`, value: `CAST(${cell} AS DOUBLE)` };
  const [pattern, form] = {
    day_first: ['[0-9]{2}/[0-9]{2}/[12][0-9]{3}', '%d/%m/%Y'],
    month_first: ['[0-9]{2}/[0-9]{2}/[12][0-9]{3}', '%m/%d/%Y'],
    year_month_day: ['(?:19|20)[0-9]{6}', '%Y%m%d'],
  }[format] as [string, string];
  return {
    isPlain: `regexp_full_match(${cell}, '${pattern}') AND TRY_STRPTIME(${cell}, '${form}') IS NOT NULL`,
    value: `epoch_ms(STRPTIME(${cell}, '${form}'))`,
  };
}

const CLOCK = String.raw`(?:[ T,]\s?(\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(?:[AaPp]\.?[Mm]\.?)?\s?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?))?`;
const NUMBERS = new RegExp(String.raw`^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})${CLOCK}$`);
const DOTTED = new RegExp(String.raw`^(\d{4})\.(\d{1,2})\.(\d{1,2})\.?${CLOCK}$`);
const NAMES = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const NAME = String.raw`((?:${NAMES})[a-z]{0,6})\.?`;
const WEEKDAY = String.raw`(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s)?`;
const DAY_NAME = new RegExp(String.raw`^${WEEKDAY}(\d{1,2})(?:st|nd|rd|th)?[ -]${NAME}[ ,-]{1,2}(\d{4}|\d{2})${CLOCK}$`, 'i');
const NAME_DAY = new RegExp(String.raw`^${WEEKDAY}${NAME}[ ](\d{1,2})(?:st|nd|rd|th)?,?[ ](\d{4})${CLOCK}$`, 'i');
const CHINESE = /^(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号](?:\s?(.{1,20}))?$/;

/** The month of an English name, whole or its first letters; NaN for a word that only begins like one. */
function monthOf(name: string): number {
  const lower = name.toLowerCase();
  const month = MONTHS.findIndex(
    (whole) => whole === lower || (lower.length <= 4 && whole.startsWith(lower)) || (lower === 'sept' && whole === 'september'),
  );
  return month === -1 ? Number.NaN : month + 1;
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');

function fullYear(year: string): number {
  if (year.length === 4) return Number(year);
  return Number(year) + (Number(year) >= 69 ? 1900 : 2000);
}

/** `10时30分`, or the clock of everywhere. */
function chineseClock(rest: string | undefined): string | undefined {
  const found = /^(?:上午|下午)?(\d{1,2})[时点:](\d{1,2})(?:分|:(\d{2})|$)(?:(\d{1,2})秒)?$/.exec(rest ?? '');
  if (!found) return rest;
  const [, hour = '', minute = '', seconds = found[4] ?? '00'] = found;
  const isAfternoon = rest?.startsWith('下午') === true && Number(hour) < 12;
  return `${Number(hour) + (isAfternoon ? 12 : 0)}:${minute.padStart(2, '0')}:${seconds.padStart(2, '0')}`;
}

const CLOCK_PARTS = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(?:([AaPp])\.?[Mm]\.?)?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/;

/** NaN for a date or a time of day that does not exist: the calendar would wrap it into another. */
function instantOf(year: number, month: number, day: number, clock = '0:00'): number {
  const found = CLOCK_PARTS.exec(clock.trim());
  if (!found || Number.isNaN(month)) return Number.NaN;
  const [, hours = '0', minutes = '0', seconds = '0', fraction = '', half, zone] = found;
  let hour = Number(hours);
  if (half !== undefined && (hour < 1 || hour > 12)) return Number.NaN;
  if (half !== undefined) hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  if (hour > 23 || Number(minutes) > 59 || Number(seconds) > 59) return Number.NaN;
  const instant = new Date(0);
  instant.setUTCFullYear(year, month - 1, day);
  if (instant.getUTCMonth() !== month - 1 || instant.getUTCDate() !== day) return Number.NaN;
  instant.setUTCHours(hour, Number(minutes), Number(seconds), Number(fraction.slice(0, 3).padEnd(3, '0')));
  return instant.getTime() - offsetMsOf(zone);
}

function offsetMsOf(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Eight digits are a date only in a year that people write about. */
function isCentury(year: string): boolean {
  return year >= '1900' && year < '2100';
}
