/** @file What a metric is: a definition, and a scorer that prepares its rows once and then scores any weighting of them. */

import type { TaskKind } from '../model/predictor.ts';
import type { ClassSample, ValueSample } from './sample.ts';

/** How often each row counts: ones for the sample itself, the draw counts for a bootstrap resample. */
export type Weights = Uint32Array;

/** A metric that has no value here, and why; it stands in reports as null with this sentence, never as NaN. */
export interface Undefined {
  readonly reason: string;
}

/** Scores a weighting in O(rows); whatever does not depend on the weights (sorting, binning, logarithms) was done before. */
export type Scorer = (weights: Weights) => number | Undefined;

interface MetricFacts {
  /** As a report writes it. */
  readonly title: string;
  /** Whether more is better. */
  readonly direction: 'higher' | 'lower';
  readonly tasks: readonly TaskKind[];
  /** The definition in one sentence, for people. */
  readonly summary: string;
}

export interface ClassMetric extends MetricFacts {
  readonly kind: 'classes';
  readonly prepare: (sample: ClassSample) => Scorer;
}

export interface ValueMetric extends MetricFacts {
  readonly kind: 'values';
  readonly prepare: (sample: ValueSample) => Scorer;
}

export type Metric = ClassMetric | ValueMetric;

/** Weighted mean of a quantity that each row has on its own, such as its squared error. */
export function meanScorer(perRow: Float64Array): Scorer {
  return (weights) => {
    let total = 0;
    let rows = 0;
    for (let row = 0; row < perRow.length; row++) {
      const weight = weights[row] as number;
      total += weight * (perRow[row] as number);
      rows += weight;
    }
    return rows === 0 ? noRows : total / rows;
  };
}

export const noRows: Undefined = { reason: 'there are no rows with a label' };
