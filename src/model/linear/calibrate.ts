/**
 * @file One scale on all scores: the temperature that makes probabilities as sure as they are right.
 *
 *     p = squash(a · (x·W + b)),   a = argmin over validation rows of the mean loss
 *
 * A penalty shrinks scores, so a strongly penalised model ranks well and is too unsure of it. Temperature scaling (Guo et al.
 * 2017) mends that without changing any decision. Penalties are therefore compared by their loss after it ("refine, then
 * calibrate", Berta et al. 2025).
 */

import { type LinearProblem, lossesOf } from './objective.ts';

export interface Calibrated {
  /** What scores are multiplied by. */
  readonly scale: number;
  /** Mean loss at that scale. */
  readonly loss: number;
  /** Standard error of that mean over the rows. */
  readonly standardError: number;
}

/** ln of the smallest and the largest scale: beyond them validation says nothing but "all right" or "all wrong". */
const REACH = 3;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Ridge has no probabilities, so its scale stays 1. */
export function calibrate(problem: Pick<LinearProblem, 'kind' | 'outputs' | 'targets'>, scores: Float64Array): Calibrated {
  const lossesAt = (scale: number) =>
    lossesOf(
      problem,
      scores.map((score) => scale * score),
    );
  const scale = problem.kind === 'ridge' ? 1 : Math.exp(lowest((logScale) => mean(lossesAt(Math.exp(logScale))), -REACH, REACH));
  const rowLosses = lossesAt(scale);
  const loss = mean(rowLosses);
  const variance = rowLosses.reduce((sum, row) => sum + (row - loss) ** 2, 0) / Math.max(1, rowLosses.length - 1);
  return { scale, loss, standardError: Math.sqrt(variance / rowLosses.length) };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Golden-section search; the loss has one valley in the scale, as it is convex there. */
function lowest(value: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [leftValue, rightValue] = [value(left), value(right)];
  while (high - low > 1e-4) {
    if (leftValue <= rightValue) {
      [high, right, rightValue] = [right, left, leftValue];
      left = high - GOLDEN * (high - low);
      leftValue = value(left);
    } else {
      [low, left, leftValue] = [left, right, rightValue];
      right = low + GOLDEN * (high - low);
      rightValue = value(right);
    }
  }
  return (low + high) / 2;
}
