/** @file Whether probabilities can be believed: what the model claimed, bin by bin, beside what came true. */

import { type ClassSample, classScores, confidences } from './sample.ts';

/** Equal-width bins over [0, 1], as in Guo et al. 2017. */
export const BIN_COUNT = 15;

export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean claimed probability in the bin; null when it is empty. */
  readonly claimed: number | null;
  /** Share that came true in the bin; null when it is empty. */
  readonly observed: number | null;
}

/** The bins of the calibration curve, whose weighted gaps are the metric `ece`. */
export function calibrationBins(sample: ClassSample): CalibrationBin[] {
  const scores = claimedScores(sample);
  const truths = cameTrue(sample);
  return Array.from({ length: BIN_COUNT }, (_, bin) => {
    let count = 0;
    let claimed = 0;
    let observed = 0;
    for (let row = 0; row < sample.rowCount; row++) {
      if (scoreBin(scores[row] as number) !== bin) continue;
      count += 1;
      claimed += scores[row] as number;
      observed += truths[row] as number;
    }
    const mean = (total: number): number | null => (count === 0 ? null : total / count);
    return { from: bin / BIN_COUNT, to: (bin + 1) / BIN_COUNT, count, claimed: mean(claimed), observed: mean(observed) };
  });
}

/** Two classes: the probability of the positive one. More: the probability of the predicted one. */
export function claimedScores(sample: ClassSample): Float64Array {
  return sample.positive >= 0 ? classScores(sample, sample.positive) : confidences(sample);
}

/** Whether what the score claims came true, 0 or 1. */
export function cameTrue(sample: ClassSample): Uint8Array {
  const { truth, predicted, positive } = sample;
  return Uint8Array.from(truth, (index, row) => (index === (positive >= 0 ? positive : predicted[row]) ? 1 : 0));
}

/** Bins are open on the left and closed on the right; 0 falls into the first. */
export function scoreBin(score: number): number {
  return Math.min(Math.max(Math.ceil(score * BIN_COUNT) - 1, 0), BIN_COUNT - 1);
}
