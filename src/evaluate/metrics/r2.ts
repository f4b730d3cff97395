/**
 * @file Coefficient of determination: the share of the target's variance that the model explains; 0 is the mean, below 0 is worse.
 *
 *     R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)²
 *
 * Undefined with fewer than two rows or when all true values are equal.
 */

import type { ValueMetric } from '../metric.ts';

export const r2: ValueMetric = {
  kind: 'values',
  title: 'R²',
  direction: 'higher',
  tasks: ['regression'],
  summary: 'share of the variance of the target that is explained; 0 is no better than the mean',
  prepare({ truth, predicted, rowCount }) {
    return (weights) => {
      let rows = 0;
      let sum = 0;
      for (let row = 0; row < rowCount; row++) {
        rows += weights[row] as number;
        sum += (weights[row] as number) * (truth[row] as number);
      }
      const mean = sum / rows;
      let unexplained = 0;
      let variance = 0;
      for (let row = 0; row < rowCount; row++) {
        const weight = weights[row] as number;
        const y = truth[row] as number;
        unexplained += weight * (y - (predicted[row] as number)) ** 2;
        variance += weight * (y - mean) ** 2;
      }
      if (!(variance > 0)) return { reason: 'all true values are equal, so there is no variance to explain' };
      return 1 - unexplained / variance;
    };
  },
};
