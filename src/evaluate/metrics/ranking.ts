/** @file Rows ordered by score with ties kept together: what ROC AUC, average precision and the ROC curve walk over. */

import type { ClassMetric, Scorer, Undefined, Weights } from '../metric.ts';
import { type ClassSample, classScores } from '../sample.ts';

export interface Ranking {
  /** Row positions by descending score. */
  readonly order: Uint32Array;
  /** Where each group of equal scores starts in `order`, and one past the last row at the end. */
  readonly starts: Uint32Array;
  /** 1 for a positive row, 0 for a negative one, by position. */
  readonly positive: Uint8Array;
}

/** Orders the rows by the probability of the class at `index`. */
export function rankBy(sample: ClassSample, index: number): Ranking {
  const scores = classScores(sample, index);
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const starts: number[] = [];
  for (let at = 0; at < order.length; at++) {
    if (at === 0 || scores[order[at] as number] !== scores[order[at - 1] as number]) starts.push(at);
  }
  starts.push(order.length);
  return { order, starts: Uint32Array.from(starts), positive: Uint8Array.from(sample.truth, (y) => (y === index ? 1 : 0)) };
}

/** Called once for each group of equal scores, from the highest down, with the weight of positive and negative rows in it. */
export function walk(ranking: Ranking, weights: Weights, visit: (positives: number, negatives: number) => void): void {
  const { order, starts, positive } = ranking;
  for (let group = 0; group + 1 < starts.length; group++) {
    let positives = 0;
    let negatives = 0;
    for (let at = starts[group] as number; at < (starts[group + 1] as number); at++) {
      const row = order[at] as number;
      if (positive[row] === 1) positives += weights[row] as number;
      else negatives += weights[row] as number;
    }
    visit(positives, negatives);
  }
}

/** A score of one ranking, such as the area under its curve. */
export type RankScore = (ranking: Ranking, weights: Weights) => number | Undefined;

/** The score of the positive class. */
export function rankPositive(score: RankScore): ClassMetric['prepare'] {
  return (sample): Scorer => {
    const ranking = rankBy(sample, sample.positive);
    return (weights) => score(ranking, weights);
  };
}

/** Each class against the rest, averaged over the classes that have a score: plain, or by the number of true rows. */
export function rankEachClass(score: RankScore, by: 'macro' | 'weighted'): ClassMetric['prepare'] {
  return (sample): Scorer => {
    const rankings = sample.task.classes.map((_, index) => rankBy(sample, index));
    return (weights) => {
      let total = 0;
      let parts = 0;
      let undefinedHere: Undefined = { reason: 'there are no rows with a label' };
      for (const ranking of rankings) {
        const value = score(ranking, weights);
        if (typeof value !== 'number') {
          undefinedHere = value;
          continue;
        }
        const part = by === 'macro' ? 1 : weightOf(ranking.positive, weights);
        total += part * value;
        parts += part;
      }
      return parts === 0 ? undefinedHere : total / parts;
    };
  };
}

function weightOf(positive: Uint8Array, weights: Weights): number {
  let total = 0;
  for (let row = 0; row < positive.length; row++) if (positive[row] === 1) total += weights[row] as number;
  return total;
}
