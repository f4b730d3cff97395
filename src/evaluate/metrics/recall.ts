/**
 * @file Recall: of the rows that really are of a class, the share predicted as it.
 *
 *     recall = TP / (TP + FN)
 *
 * `recall` speaks of the positive class and is undefined when no row is positive.
 * `recall_macro` (also called balanced accuracy) and `recall_weighted` (equal to accuracy) average over classes; a class predicted
 * but absent counts as 0 there, as in scikit-learn.
 */

import type { ClassMetric } from '../metric.ts';
import { averaged, type ClassRatio, ofPositive } from './class-counts.ts';

const ratio: ClassRatio = ({ hits, actual }, index) => (hits[index] as number) / (actual[index] as number);

export const recall: ClassMetric = {
  kind: 'classes',
  title: 'Recall',
  direction: 'higher',
  tasks: ['binary'],
  summary: 'of the positive rows, the share predicted so',
  prepare: ofPositive(ratio, 'no row is positive'),
};

export const recallMacro: ClassMetric = {
  kind: 'classes',
  title: 'Recall (macro)',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'recall of each class, averaged with every class counting the same',
  prepare: averaged(ratio, 'macro'),
};

export const recallWeighted: ClassMetric = {
  kind: 'classes',
  title: 'Recall (weighted)',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'recall of each class, averaged by the number of its rows',
  prepare: averaged(ratio, 'weighted'),
};
