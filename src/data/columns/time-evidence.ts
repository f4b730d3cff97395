/** @file How the dates of a column are written, from its distinct values: whether day or month stands first, or digits count since 1970. */

import { isTimeName } from './name-hints.ts';
import type { ColumnStats } from './stats.ts';
import { readTimeAs, type TimeFormat } from './time-format.ts';

export interface TimeEvidence {
  readonly format: TimeFormat;
  readonly why: string;
}

const READABLE_SHARE = 0.98;
/** With fewer values, eight digits that happen to be dates prove nothing by themselves. */
const FEWEST_DATES = 20;

/**
 * The format that reads nearly all values; nothing where none does. Where both orders read all of them, day first is taken, and said.
 * Digits alone are moments where the name says so, or `isDeclared`.
 */
export function timeEvidence({ name, distinct }: ColumnStats, isDeclared = false): TimeEvidence | undefined {
  const isTime = isDeclared || isTimeName(name);
  const total = [...distinct.values()].reduce((sum, count) => sum + count, 0);
  const readable = (format: TimeFormat): number => {
    let sum = 0;
    for (const [value, count] of distinct) if (!Number.isNaN(readTimeAs(value, format))) sum += count;
    return sum;
  };
  const isMost = (count: number): boolean => total > 0 && count >= READABLE_SHARE * total;
  const [dayFirst, monthFirst] = [readable('day_first'), readable('month_first')];
  if (isMost(Math.max(dayFirst, monthFirst))) {
    if (dayFirst === monthFirst) {
      return {
        format: 'day_first',
        why: 'dates of which day and month may each stand first; day first was taken: to change it, declare "time month_first"',
      };
    }
    const format = dayFirst > monthFirst ? 'day_first' : 'month_first';
    return { format, why: `dates, ${format === 'day_first' ? 'day' : 'month'} first: in the other order some would not exist` };
  }
  if ((isTime || distinct.size >= FEWEST_DATES) && isMost(readable('year_month_day'))) {
    return { format: 'year_month_day', why: 'eight digits that are dates, year first' };
  }
  if (!isTime) return undefined;
  for (const format of ['epoch_seconds', 'epoch_milliseconds'] as const) {
    if (!isMost(readable(format))) continue;
    return {
      format,
      why: `its name says that the numbers are moments: ${format === 'epoch_seconds' ? 'seconds' : 'milliseconds'} since 1970`,
    };
  }
  return undefined;
}
