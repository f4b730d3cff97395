/**
 * @file What a series is summarised by: its length, its values, and how they follow each other, in numbers that any model can read.
 *
 * Small sets of this kind do well against hundreds of features: catch22 (Lubba et al., Data Mining and Knowledge Discovery 33,
 * 2019). Names and formulas are those of tsfresh (Christ et al., Neurocomputing 307, 2018), where it has them:
 *
 *     trend              slope of the least-squares line over t = 0, 1, …, per step
 *     autocorrelation k  Σ (xₜ − x̄)(xₜ₊ₖ − x̄) / Σ (xₜ − x̄)²
 *     mean change        mean of |xₜ₊₁ − xₜ|
 *     crossings          share of the steps in which the series passes its mean: how fast it swings
 *
 * A gap has no part in them; the numbers around it count as neighbours.
 */

import { quantileOf } from '../../data/columns/numeric.ts';

export const SERIES_FEATURES = [
  'length',
  'missing share',
  'mean',
  'standard deviation',
  'minimum',
  'first quartile',
  'median',
  'third quartile',
  'maximum',
  'first',
  'last',
  'trend',
  'mean change',
  'crossings',
  'autocorrelation 1',
  'autocorrelation 2',
  'place of the maximum',
] as const;

/** One number for each of `SERIES_FEATURES`; NaN where the series has too few numbers to say. */
export function seriesFeatures(series: Float64Array): Float64Array {
  const known = series.filter((x) => !Number.isNaN(x));
  const n = known.length;
  const features = new Float64Array(SERIES_FEATURES.length).fill(Number.NaN);
  features[0] = series.length;
  if (series.length > 0) features[1] = 1 - n / series.length;
  if (n === 0) return features;

  const sorted = known.toSorted();
  let mean = 0;
  for (const x of known) mean += x / n;
  const centred = known.map((x) => x - mean);
  const squares = sumOf(n, (t) => (centred[t] as number) ** 2);
  const changes = n - 1;
  const crossings = sumOf(changes, (t) => Number((centred[t] as number) > 0 !== (centred[t + 1] as number) > 0));
  const change = sumOf(changes, (t) => Math.abs((known[t + 1] as number) - (known[t] as number)));
  // Σ (t − t̄)² = n(n² − 1)/12
  const trend = sumOf(n, (t) => (t - (n - 1) / 2) * (centred[t] as number)) / ((n * (n * n - 1)) / 12);
  const autocorrelation = (k: number): number => sumOf(n - k, (t) => (centred[t] as number) * (centred[t + k] as number)) / squares;

  features.set(
    [
      mean,
      Math.sqrt(squares / n),
      sorted[0] as number,
      quantileOf(sorted, 0.25),
      quantileOf(sorted, 0.5),
      quantileOf(sorted, 0.75),
      sorted[n - 1] as number,
      known[0] as number,
      known[n - 1] as number,
    ],
    2,
  );
  if (n < 2) return features;
  features.set([trend, change / changes, crossings / changes], 11);
  if (squares > 0) features.set([autocorrelation(1), n > 2 ? autocorrelation(2) : Number.NaN], 14);
  features[16] = known.indexOf(sorted[n - 1] as number) / (n - 1);
  return features;
}

function sumOf(count: number, term: (t: number) => number): number {
  let sum = 0;
  for (let t = 0; t < count; t++) sum += term(t);
  return sum;
}
