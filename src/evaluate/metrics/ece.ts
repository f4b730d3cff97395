/**
 * @file Expected calibration error over 15 equal-width bins (Naeini et al. 2015; Guo et al. 2017).
 *
 *     ECE = Σ bins (rows in bin / n) · |mean score − share that came true|
 *
 * With two classes the score is the probability of the positive class and what may come true is that the row is positive; with more
 * it is the confidence in the predicted class and what may come true is that it is right. The bins are those of the calibration
 * curve, so the curve and the number tell one story. Undefined without rows.
 */

import { BIN_COUNT, cameTrue, claimedScores, scoreBin } from '../calibration.ts';
import { type ClassMetric, noRows } from '../metric.ts';

export const ece: ClassMetric = {
  kind: 'classes',
  title: 'Calibration error',
  direction: 'lower',
  tasks: ['binary', 'multiclass'],
  summary: 'mean gap between the probability claimed and the share that came true, over 15 equal-width bins',
  prepare(sample) {
    const truths = cameTrue(sample);
    const scores = claimedScores(sample);
    const bins = Uint8Array.from(scores, scoreBin);
    const gaps = scores.map((score, row) => score - (truths[row] as number));
    // The gap of a bin times its rows is |Σ (score − came true)|: one sum a bin is enough.
    const sums = new Float64Array(BIN_COUNT);
    return (weights) => {
      sums.fill(0);
      let rows = 0;
      for (let row = 0; row < bins.length; row++) {
        const weight = weights[row] as number;
        const bin = bins[row] as number;
        sums[bin] = (sums[bin] as number) + weight * (gaps[row] as number);
        rows += weight;
      }
      return rows === 0 ? noRows : sums.reduce((total, sum) => total + Math.abs(sum), 0) / rows;
    };
  },
};
