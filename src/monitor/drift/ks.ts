/**
 * @file Two-sample Kolmogorov–Smirnov test: the largest gap between two empirical distributions.
 *
 *     D = max |F(x) − G(x)|
 *
 * Up to ten million pairs of rows the p-value is exact (Hodges 1957: the share of lattice paths that stay within D); above, it is
 * Kolmogorov's limit at D·√(mn/(m+n)). With ties both are too large rather than too small, so ties raise no alarm.
 */

import { kolmogorovTail } from '../distributions.ts';
import type { Measure } from './measure.ts';

const MOST_EXACT_PAIRS = 10_000_000;

export const ks: Measure = {
  title: 'Kolmogorov–Smirnov',
  takes: ['numbers'],
  decides: 'p_value',
  limit: 0.05,
  compare(reference, current) {
    if (reference.kind !== 'numbers' || current.kind !== 'numbers') throw new Error('internal: ks compares numbers');
    const value = largestGap(reference.values, current.values);
    return { value, pValue: ksPValue(value, reference.values.length, current.values.length) };
  },
};

/** D of two ascending samples. */
function largestGap(a: readonly number[], b: readonly number[]): number {
  let i = 0;
  let j = 0;
  let gap = 0;
  while (i < a.length && j < b.length) {
    const x = Math.min(a[i] as number, b[j] as number);
    while (i < a.length && a[i] === x) i += 1;
    while (j < b.length && b[j] === x) j += 1;
    gap = Math.max(gap, Math.abs(i / a.length - j / b.length));
  }
  return gap;
}

function ksPValue(d: number, m: number, n: number): number {
  if (d === 0) return 1;
  if (m * n > MOST_EXACT_PAIRS) return kolmogorovTail(d * Math.sqrt((m * n) / (m + n)));
  // inside[j]: probability that a random path to (i, j) stayed strictly within D, built row by row.
  const within = (i: number, j: number): boolean => Math.abs(i / m - j / n) < d - 1e-9;
  const inside = new Float64Array(n + 1);
  for (let j = 0; j <= n; j++) inside[j] = within(0, j) && (j === 0 || (inside[j - 1] as number) > 0) ? 1 : 0;
  for (let i = 1; i <= m; i++) {
    inside[0] = within(i, 0) ? (inside[0] as number) : 0;
    for (let j = 1; j <= n; j++) {
      // The last step to (i, j) came from (i − 1, j) with probability i/(i+j), else from (i, j − 1).
      inside[j] = within(i, j) ? (i * (inside[j] as number) + j * (inside[j - 1] as number)) / (i + j) : 0;
    }
  }
  return Math.min(1, Math.max(0, 1 - (inside[n] as number)));
}
