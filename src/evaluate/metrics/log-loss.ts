/**
 * @file Log loss: the mean negative logarithm of the probability given to the true class, in nats.
 *
 *     log loss = − Σ ln p(y) / n
 *
 * Probabilities are clipped to [1e-15, 1 − 1e-15], so one sure and wrong row costs 34.5 and not infinity. Undefined without rows.
 */

import { type ClassMetric, meanScorer } from '../metric.ts';

const EPSILON = 1e-15;

export const logLoss: ClassMetric = {
  kind: 'classes',
  title: 'Log loss',
  direction: 'lower',
  tasks: ['binary', 'multiclass'],
  summary: 'mean −ln of the probability given to the true class',
  prepare: ({ truth, probabilities, classCount }) =>
    meanScorer(
      Float64Array.from(truth, (index, row) => {
        const p = probabilities[row * classCount + index] as number;
        return -Math.log(Math.min(Math.max(p, EPSILON), 1 - EPSILON));
      }),
    ),
};
