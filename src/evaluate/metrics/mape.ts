/**
 * @file Mean absolute percentage error, as a fraction: 0.1 is ten percent.
 *
 *     MAPE = Σ |ŷ − y| / |y| / n
 *
 * Undefined when a true value is 0 (scikit-learn divides by 2.2e-16 instead, which gives a number that means nothing).
 */

import { meanScorer, type Undefined, type ValueMetric } from '../metric.ts';

const zeroTruth: Undefined = { reason: 'a true value is 0, and a percentage of 0 has no meaning' };

export const mape: ValueMetric = {
  kind: 'values',
  title: 'Mean absolute percentage error',
  direction: 'lower',
  tasks: ['regression'],
  summary: 'mean distance from the true value as a fraction of it',
  prepare({ truth, predicted }) {
    if (truth.includes(0)) return () => zeroTruth;
    return meanScorer(Float64Array.from(truth, (y, row) => Math.abs((predicted[row] as number) - y) / Math.abs(y)));
  },
};
