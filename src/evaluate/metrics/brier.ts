/**
 * @file Brier score: the mean squared distance of the probabilities from what happened (Brier 1950).
 *
 *     two classes:  Σ (p − [y positive])² / n          from 0 to 1, as in scikit-learn
 *     more:         Σ Σₖ (pₖ − [y = k])² / n            from 0 to 2, Brier's own form
 *
 * Undefined without rows.
 */

import { type ClassMetric, meanScorer } from '../metric.ts';
import type { ClassSample } from '../sample.ts';

export const brier: ClassMetric = {
  kind: 'classes',
  title: 'Brier score',
  direction: 'lower',
  tasks: ['binary', 'multiclass'],
  summary: 'mean squared distance of the probabilities from what happened',
  prepare: (sample) =>
    meanScorer(
      Float64Array.from(sample.truth, (_, row) => (sample.positive >= 0 ? squared(sample, row, sample.positive) : allClasses(sample, row))),
    ),
};

function squared({ truth, probabilities, classCount }: ClassSample, row: number, index: number): number {
  const p = probabilities[row * classCount + index] as number;
  return (p - (truth[row] === index ? 1 : 0)) ** 2;
}

function allClasses(sample: ClassSample, row: number): number {
  let total = 0;
  for (let index = 0; index < sample.classCount; index++) total += squared(sample, row, index);
  return total;
}
