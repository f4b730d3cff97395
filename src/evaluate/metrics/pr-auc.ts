/**
 * @file Area under the precision-recall curve as average precision, without interpolation (scikit-learn's `average_precision_score`).
 *
 *     AP = Σ over thresholds, from the highest down: (recallₙ − recallₙ₋₁) · precisionₙ
 *
 * A chance ranking scores the share of positive rows. `pr_auc_macro` and `pr_auc_weighted` take each class against the rest and
 * average over the classes that have rows. Undefined when no row is positive.
 */

import type { ClassMetric } from '../metric.ts';
import { type RankScore, rankEachClass, rankPositive } from './ranking.ts';

const averagePrecision: RankScore = (groups) => {
  let found = 0;
  let seen = 0;
  let total = 0;
  for (let at = 0; at < groups.length; at += 2) {
    const positives = groups[at + 1] as number;
    found += positives;
    seen += positives + (groups[at] as number);
    if (positives > 0) total += positives * (found / seen);
  }
  return found === 0 ? { reason: 'no row is positive' } : total / found;
};

export const prAuc: ClassMetric = {
  kind: 'classes',
  title: 'PR AUC',
  direction: 'higher',
  tasks: ['binary'],
  summary: 'average precision over all thresholds; a chance ranking scores the share of positive rows',
  prepare: rankPositive(averagePrecision),
};

export const prAucMacro: ClassMetric = {
  kind: 'classes',
  title: 'PR AUC (macro)',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'average precision of each class against the rest, averaged with every class counting the same',
  prepare: rankEachClass(averagePrecision, 'macro'),
};

export const prAucWeighted: ClassMetric = {
  kind: 'classes',
  title: 'PR AUC (weighted)',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'average precision of each class against the rest, averaged by the number of its rows',
  prepare: rankEachClass(averagePrecision, 'weighted'),
};
