/**
 * @file Mean absolute error, in the unit of the target.
 *
 *     MAE = Σ |ŷ − y| / n
 *
 * Undefined without rows.
 */

import { meanScorer, type ValueMetric } from '../metric.ts';

export const mae: ValueMetric = {
  kind: 'values',
  title: 'Mean absolute error',
  direction: 'lower',
  tasks: ['regression'],
  summary: 'mean distance from the true value, in the unit of the target',
  prepare: ({ truth, predicted }) => meanScorer(Float64Array.from(truth, (y, row) => Math.abs((predicted[row] as number) - y))),
};
