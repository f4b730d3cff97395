/** @file What a report draws of the predictions: confusion matrix, ROC curve, histogram of scores, scatter of values. */

import { BIN_COUNT, claimedScores, scoreBin } from './calibration.ts';
import { groupWeights, rankBy } from './metrics/ranking.ts';
import type { ClassSample, ValueSample } from './sample.ts';

export interface Confusion {
  readonly classes: readonly string[];
  /** `counts[true class][predicted class]`. */
  readonly counts: readonly (readonly number[])[];
}

export interface ScoreBin {
  readonly from: number;
  readonly to: number;
  /** Rows for which the claim came true: positive rows, or rightly predicted ones with more than two classes. */
  readonly positives: number;
  readonly negatives: number;
}

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** A curve keeps at most about this many points; more cannot be seen. */
const MOST_POINTS = 200;

export function confusionMatrix(sample: ClassSample): Confusion {
  const counts = sample.task.classes.map(() => new Array<number>(sample.classCount).fill(0));
  for (let at = 0; at < sample.rowCount; at++) {
    const row = counts[sample.truth[at] as number] as number[];
    const column = sample.predicted[at] as number;
    row[column] = (row[column] as number) + 1;
  }
  return { classes: sample.task.classes, counts };
}

/** True positive rate (y) over false positive rate (x), from (0, 0) to (1, 1); empty when all rows are of one class. */
export function rocCurve(sample: ClassSample): CurvePoint[] {
  const points: CurvePoint[] = [{ x: 0, y: 0 }];
  const groups = groupWeights(rankBy(sample, sample.positive), new Uint32Array(sample.rowCount).fill(1));
  for (let at = 0; at < groups.length; at += 2) {
    const last = points.at(-1) as CurvePoint;
    points.push({ x: last.x + (groups[at] as number), y: last.y + (groups[at + 1] as number) });
  }
  const { x: negatives, y: positives } = points.at(-1) as CurvePoint;
  if (negatives === 0 || positives === 0) return [];
  return thin(points).map(({ x, y }) => ({ x: x / negatives, y: y / positives }));
}

/** How many rows stand at each score, split by whether the claim came true. */
export function scoreHistogram(sample: ClassSample, came: Uint8Array): ScoreBin[] {
  const positives = new Uint32Array(BIN_COUNT);
  const negatives = new Uint32Array(BIN_COUNT);
  claimedScores(sample).forEach((score, row) => {
    const side = came[row] === 1 ? positives : negatives;
    const bin = scoreBin(score);
    side[bin] = (side[bin] as number) + 1;
  });
  return Array.from({ length: BIN_COUNT }, (_, bin) => ({
    from: bin / BIN_COUNT,
    to: (bin + 1) / BIN_COUNT,
    positives: positives[bin] as number,
    negatives: negatives[bin] as number,
  }));
}

/** True value (x) and predicted value (y) of evenly spaced rows. */
export function valueScatter(sample: ValueSample): CurvePoint[] {
  const points = Array.from(sample.truth, (x, row) => ({ x, y: sample.predicted[row] as number }));
  return thin(points);
}

function thin<T>(points: readonly T[]): T[] {
  const step = Math.max(1, Math.ceil(points.length / MOST_POINTS));
  return points.filter((_, at) => at % step === 0 || at === points.length - 1);
}
