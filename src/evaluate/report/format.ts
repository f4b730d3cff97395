/** @file Numbers and texts as the report writes them. */

import type { Interval } from '../bootstrap.ts';

/** Three decimals where the size is of order one, else four digits; never "-0.000". */
export function number(value: number | null): string {
  if (value === null) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1000 || size < 0.0005))
    return size >= 1e7 || size < 0.0005 ? value.toExponential(2) : whole(Math.round(value));
  const text = value.toFixed(size >= 100 ? 1 : 3);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** With its sign, for differences. */
export function signed(value: number | null): string {
  const text = number(value);
  return value !== null && value > 0 ? `+${text}` : text;
}

export function interval({ low, high }: Interval, show: (value: number) => string = number): string {
  return low === null || high === null ? 'no interval' : `${show(low)} to ${show(high)}`;
}

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

/** Thousands set apart: `344,897`. */
export const whole = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

export function cut(text: string, length: number): string {
  const points = Array.from(text);
  return points.length <= length ? text : `${points.slice(0, length - 1).join('')}…`;
}
