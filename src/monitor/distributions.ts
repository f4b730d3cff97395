/** @file Tail probabilities of the distributions that drift tests refer to. */

import jstat from 'jstat';

const { jStat } = jstat;

/** P(X ≥ x) of the chi-square distribution. */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  if (x <= 0) return 1;
  return clamp(1 - jStat.lowRegGamma(degreesOfFreedom / 2, x / 2));
}

/** P(|Z| ≥ |z|) of the standard normal distribution. */
export function normalTwoSided(z: number): number {
  return clamp(jStat.erfc(Math.abs(z) / Math.SQRT2));
}

/**
 * P(K ≥ x) of Kolmogorov's limiting distribution, 2·Σ (−1)ᵏ⁻¹·exp(−2k²x²). Below x = 0.2 the alternating sum needs too many terms
 * and the tail is 1 to twelve digits.
 */
export function kolmogorovTail(x: number): number {
  if (x < 0.2) return 1;
  let total = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * x * x);
    total += k % 2 === 1 ? term : -term;
    if (term < 1e-18) break;
  }
  return clamp(2 * total);
}

function clamp(p: number): number {
  return Math.min(1, Math.max(0, p));
}
