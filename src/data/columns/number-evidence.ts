/** @file How the numbers of a column are written, from its distinct values: the format that reads nearly all of them, and why. */

import { NUMBER_FORMATS, type NumberFormat, readFormatted } from './number-format.ts';
import type { ColumnStats } from './stats.ts';
import { percent } from './words.ts';

export interface NumberEvidence {
  readonly format: NumberFormat;
  readonly why: string;
}

/** Nearly all values must be numbers of one format; as in `isReadableAs`. */
const READABLE_SHARE = 0.98;

/**
 * The format that reads the most, where it reads nearly all; the first on a tie. Nothing where two currencies, or percents and
 * other numbers, stand in one column: their numbers cannot be compared.
 */
export function numberEvidence({ distinct }: ColumnStats): NumberEvidence | undefined {
  const total = [...distinct.values()].reduce((sum, count) => sum + count, 0);
  let best: { readonly format: NumberFormat; readonly readable: number; readonly why: string } | undefined;
  for (const format of NUMBER_FORMATS) {
    let [readable, percents] = [0, 0];
    const currencies = new Map<string, number>();
    for (const [value, count] of distinct) {
      const { value: number, currency, isPercent } = readFormatted(value, format);
      if (Number.isNaN(number)) continue;
      readable += count;
      if (isPercent) percents += count;
      if (currency !== '') currencies.set(currency, (currencies.get(currency) ?? 0) + count);
    }
    if (readable < READABLE_SHARE * total || (best !== undefined && readable <= best.readable)) continue;
    const priced = [...currencies.values()].reduce((sum, count) => sum + count, 0);
    if (currencies.size > 1 || (percents > 0 && (percents < READABLE_SHARE * readable || priced > 0))) return undefined;
    const leftOut = currencies.size > 0 ? ', without its currency' : percents > 0 ? ', without the percent sign (12 % is 12)' : '';
    best = { format, readable, why: `${percent(readable, total)} of the values are numbers written like ${format}${leftOut}` };
  }
  return best;
}
