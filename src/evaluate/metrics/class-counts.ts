/** @file Counts per class that precision, recall, F1 and Matthews correlation are made of, and the ways to average over classes. */

import { type ClassMetric, noRows, type Scorer, type Weights } from '../metric.ts';
import type { ClassSample } from '../sample.ts';

export interface ClassCounts {
  /** Rows in all. */
  total: number;
  /** Rows of each class that were predicted as it. */
  readonly hits: Float64Array;
  /** Rows predicted as each class. */
  readonly predicted: Float64Array;
  /** Rows that really are of each class. */
  readonly actual: Float64Array;
}

/** Counts any weighting of the sample into the same buffers, so that a thousand resamples allocate nothing. */
export function classCounter(sample: ClassSample): (weights: Weights) => ClassCounts {
  const zeros = () => new Float64Array(sample.classCount);
  const counts: ClassCounts = { total: 0, hits: zeros(), predicted: zeros(), actual: zeros() };
  const { hits, predicted, actual } = counts;
  return (weights) => {
    counts.total = 0;
    for (const buffer of [hits, predicted, actual]) buffer.fill(0);
    for (let row = 0; row < sample.rowCount; row++) {
      const weight = weights[row] as number;
      const y = sample.truth[row] as number;
      const guess = sample.predicted[row] as number;
      counts.total += weight;
      actual[y] = (actual[y] as number) + weight;
      predicted[guess] = (predicted[guess] as number) + weight;
      if (y === guess) hits[y] = (hits[y] as number) + weight;
    }
    return counts;
  };
}

/** A score of one class; NaN where its denominator is zero. */
export type ClassRatio = (counts: ClassCounts, index: number) => number;

/** The score of the positive class; `reason` says when it has none. */
export function ofPositive(ratio: ClassRatio, reason: string): ClassMetric['prepare'] {
  return (sample) => {
    const count = classCounter(sample);
    return (weights) => {
      const value = ratio(count(weights), sample.positive);
      return Number.isNaN(value) ? { reason } : value;
    };
  };
}

/**
 * The mean over classes: plain (`macro`) or by the number of true rows (`weighted`). A class that has neither true nor
 * predicted rows is left out; any other zero denominator counts as 0, as in scikit-learn.
 */
export function averaged(ratio: ClassRatio, by: 'macro' | 'weighted'): ClassMetric['prepare'] {
  return (sample): Scorer => {
    const count = classCounter(sample);
    return (weights) => {
      const counts = count(weights);
      let total = 0;
      let parts = 0;
      for (let index = 0; index < sample.classCount; index++) {
        const actual = counts.actual[index] as number;
        if (actual === 0 && counts.predicted[index] === 0) continue;
        const part = by === 'macro' ? 1 : actual;
        const value = ratio(counts, index);
        total += part * (Number.isNaN(value) ? 0 : value);
        parts += part;
      }
      return parts === 0 ? noRows : total / parts;
    };
  };
}
