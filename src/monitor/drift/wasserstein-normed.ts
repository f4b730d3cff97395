/**
 * @file Normed Wasserstein distance: how far a number has moved, in standard deviations of the reference.
 *
 *     W = ∫ |F(x) − G(x)| dx / sd(reference)
 *
 * A constant reference has no deviation; the distance is then measured in units of the larger of |its value| and 1.
 */

import type { Measure } from './measure.ts';

export const wassersteinNormed: Measure = {
  title: 'normed Wasserstein distance',
  takes: ['numbers'],
  decides: 'distance',
  limit: 0.1,
  compare(reference, current) {
    if (reference.kind !== 'numbers' || current.kind !== 'numbers') throw new Error('internal: wasserstein_normed compares numbers');
    return { value: areaBetween(reference.values, current.values) / unitOf(reference.values) };
  },
};

/** Area between the distribution functions of two ascending samples. */
function areaBetween(a: readonly number[], b: readonly number[]): number {
  let i = 0;
  let j = 0;
  let area = 0;
  let last = Math.min(a[0] as number, b[0] as number);
  while (i < a.length || j < b.length) {
    const x = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    area += Math.abs(i / a.length - j / b.length) * (x - last);
    while (i < a.length && a[i] === x) i += 1;
    while (j < b.length && b[j] === x) j += 1;
    last = x;
  }
  return area;
}

function unitOf(values: readonly number[]): number {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  return variance > 0 ? Math.sqrt(variance) : Math.max(Math.abs(mean), 1);
}
