/**
 * @file Accuracy: the share of rows whose predicted class is the true one.
 *
 *     accuracy = Σ [ŷ = y] / n
 *
 * Undefined without rows.
 */

import { type ClassMetric, meanScorer } from '../metric.ts';

export const accuracy: ClassMetric = {
  kind: 'classes',
  title: 'Accuracy',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'share of rows whose predicted class is the true one',
  prepare: ({ truth, predicted }) => meanScorer(Float64Array.from(truth, (index, row) => (index === predicted[row] ? 1 : 0))),
};
