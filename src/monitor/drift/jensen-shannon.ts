/**
 * @file Jensen–Shannon distance between two sets of shares, from 0 to √ln 2 = 0.833 (Endres and Schindelin 2003).
 *
 *     JS = √( ½ Σ p ln(p/m) + ½ Σ q ln(q/m) ),   m = (p + q)/2
 *
 * Numbers are compared over ten bins of equal share of the reference.
 */

import { align } from './aligned.ts';
import type { Measure } from './measure.ts';

export const jensenShannon: Measure = {
  title: 'Jensen–Shannon distance',
  takes: ['categories', 'share', 'numbers'],
  decides: 'distance',
  limit: 0.1,
  compare(reference, current) {
    const counts = align(reference, current);
    const m = sum(counts.reference);
    const n = sum(counts.current);
    const divergence = counts.reference.reduce((total, count, i) => {
      const p = count / m;
      const q = (counts.current[i] as number) / n;
      return total + (towards(p, (p + q) / 2) + towards(q, (p + q) / 2)) / 2;
    }, 0);
    return { value: Math.sqrt(Math.max(0, divergence)) };
  },
};

const towards = (p: number, m: number): number => (p === 0 ? 0 : p * Math.log(p / m));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
