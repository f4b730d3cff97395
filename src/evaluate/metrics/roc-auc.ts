/**
 * @file ROC AUC: the probability that a positive row scores above a negative one, ties counting half (Hanley and McNeil 1982).
 *
 *     AUC = Σ over groups of equal score, from the highest down: negatives·(positives above + positives/2) / (P·N)
 *
 * `roc_auc` scores the positive class. `roc_auc_macro` and `roc_auc_weighted` take each class against the rest and average over the
 * classes that have both kinds of rows. Undefined when all rows are of one class.
 */

import type { ClassMetric } from '../metric.ts';
import { type RankScore, rankEachClass, rankPositive } from './ranking.ts';

const area: RankScore = (groups) => {
  let positivesAbove = 0;
  let negativesAbove = 0;
  let wins = 0;
  for (let at = 0; at < groups.length; at += 2) {
    const negatives = groups[at] as number;
    const positives = groups[at + 1] as number;
    wins += negatives * (positivesAbove + positives / 2);
    positivesAbove += positives;
    negativesAbove += negatives;
  }
  if (positivesAbove === 0 || negativesAbove === 0) return { reason: 'all rows are of one class, so there is nothing to rank' };
  return wins / (positivesAbove * negativesAbove);
};

export const rocAuc: ClassMetric = {
  kind: 'classes',
  title: 'ROC AUC',
  direction: 'higher',
  tasks: ['binary'],
  summary: 'chance that a positive row scores above a negative one; 0.5 is chance',
  prepare: rankPositive(area),
};

export const rocAucMacro: ClassMetric = {
  kind: 'classes',
  title: 'ROC AUC (macro)',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'ROC AUC of each class against the rest, averaged with every class counting the same',
  prepare: rankEachClass(area, 'macro'),
};

export const rocAucWeighted: ClassMetric = {
  kind: 'classes',
  title: 'ROC AUC (weighted)',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'ROC AUC of each class against the rest, averaged by the number of its rows',
  prepare: rankEachClass(area, 'weighted'),
};
