/**
 * @file Root mean squared error, in the unit of the target; large errors weigh more than in MAE.
 *
 *     RMSE = √MSE
 *
 * Undefined without rows.
 */

import type { ValueMetric } from '../metric.ts';
import { mse } from './mse.ts';

export const rmse: ValueMetric = {
  kind: 'values',
  title: 'Root mean squared error',
  direction: 'lower',
  tasks: ['regression'],
  summary: 'root of the mean squared distance from the true value, in the unit of the target',
  prepare(sample) {
    const score = mse.prepare(sample);
    return (weights) => {
      const squared = score(weights);
      return typeof squared === 'number' ? Math.sqrt(squared) : squared;
    };
  },
};
