/**
 * @file Population Stability Index: how far shares have moved.
 *
 *     PSI = Σ (p − q) · ln(p / q)    p: share of a cell now, q: share in the reference
 *
 * Usual reading: below 0.1 steady, 0.1 to 0.25 worth a look, above 0.25 act. Numbers are compared over ten bins of equal share of
 * the reference. An empty cell would make the logarithm infinite, so a share is never taken below 0.0001.
 */

import { align } from './aligned.ts';
import type { Measure } from './measure.ts';

const SMALLEST_SHARE = 1e-4;

export const psi: Measure = {
  title: 'population stability index',
  takes: ['numbers', 'categories', 'share'],
  decides: 'distance',
  limit: 0.25,
  compare(reference, current) {
    const counts = align(reference, current);
    const m = sum(counts.reference);
    const n = sum(counts.current);
    const value = counts.reference.reduce((total, count, i) => {
      const q = Math.max(count / m, SMALLEST_SHARE);
      const p = Math.max((counts.current[i] as number) / n, SMALLEST_SHARE);
      return total + (p - q) * Math.log(p / q);
    }, 0);
    return { value };
  },
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
