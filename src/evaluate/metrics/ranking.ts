/** @file Rows ordered by score with ties kept together: what ROC AUC, average precision and the ROC curve are made of. */

import type { ClassMetric, Scorer, Undefined, Weights } from '../metric.ts';
import { type ClassSample, classScores } from '../sample.ts';

export interface Ranking {
  /** Groups of equal score, from the highest down. */
  readonly groupCount: number;
  /** For each row, 2·group, and one more when it is positive: where its weight is counted. */
  readonly slots: Uint32Array;
}

/** Groups the rows by the probability of the class at `index`. */
export function rankBy(sample: ClassSample, index: number): Ranking {
  const scores = classScores(sample, index);
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const slots = new Uint32Array(sample.rowCount);
  let group = -1;
  let last = Number.NaN;
  for (const row of order) {
    const score = scores[row] as number;
    if (score !== last) group += 1;
    last = score;
    slots[row] = 2 * group + (sample.truth[row] === index ? 1 : 0);
  }
  return { groupCount: group + 1, slots };
}

/** Adds the weights up into `[negatives, positives]` of group 0, of group 1, …: two passes without a branch, because this runs a thousand times. */
export function groupWeights({ groupCount, slots }: Ranking, weights: Weights): Float64Array {
  const groups = new Float64Array(2 * groupCount);
  for (let row = 0; row < slots.length; row++) {
    const slot = slots[row] as number;
    groups[slot] = (groups[slot] as number) + (weights[row] as number);
  }
  return groups;
}

/** A score of one ranking from its group weights, such as the area under its curve. */
export type RankScore = (groups: Float64Array) => number | Undefined;

/** The score of the positive class. */
export function rankPositive(score: RankScore): ClassMetric['prepare'] {
  return (sample): Scorer => {
    const ranking = rankBy(sample, sample.positive);
    return (weights) => score(groupWeights(ranking, weights));
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
        const groups = groupWeights(ranking, weights);
        const value = score(groups);
        if (typeof value !== 'number') {
          undefinedHere = value;
          continue;
        }
        const part = by === 'macro' ? 1 : positivesIn(groups);
        total += part * value;
        parts += part;
      }
      return parts === 0 ? undefinedHere : total / parts;
    };
  };
}

function positivesIn(groups: Float64Array): number {
  let total = 0;
  for (let at = 1; at < groups.length; at += 2) total += groups[at] as number;
  return total;
}
