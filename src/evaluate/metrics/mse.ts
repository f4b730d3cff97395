/**
 * @file Mean squared error, in the squared unit of the target.
 *
 *     MSE = Σ (ŷ − y)² / n
 *
 * Undefined without rows.
 */

import { meanScorer, type ValueMetric } from '../metric.ts';

export const mse: ValueMetric = {
  kind: 'values',
  title: 'Mean squared error',
  direction: 'lower',
  tasks: ['regression'],
  summary: 'mean squared distance from the true value',
  prepare: ({ truth, predicted }) => meanScorer(Float64Array.from(truth, (y, row) => ((predicted[row] as number) - y) ** 2)),
};
