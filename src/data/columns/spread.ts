/** @file How some numbers are spread, in the five figures that a profile tells. */

import { quantileOf } from './numeric.ts';

/** Smallest, median, mean, 95th percentile and largest; nothing of no numbers. */
export function spreadOf(values: ArrayLike<number>): Record<string, number> {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return {};
  const mean = sorted.reduce((sum, value) => sum + value / sorted.length, 0);
  return { min: sorted[0] as number, median: quantileOf(sorted, 0.5), mean, p95: quantileOf(sorted, 0.95), max: sorted.at(-1) as number };
}
