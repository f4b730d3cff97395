/**
 * @file Precision: of the rows predicted as a class, the share that really is of it.
 *
 *     precision = TP / (TP + FP)
 *
 * `precision` speaks of the positive class and is undefined when no row is predicted positive.
 * `precision_macro` and `precision_weighted` average over classes; a class never predicted counts as 0 there (van Rijsbergen 1979;
 * averaging as in scikit-learn).
 */

import type { ClassMetric } from '../metric.ts';
import { averaged, type ClassRatio, ofPositive } from './class-counts.ts';

const ratio: ClassRatio = ({ hits, predicted }, index) => (hits[index] as number) / (predicted[index] as number);

export const precision: ClassMetric = {
  kind: 'classes',
  title: 'Precision',
  direction: 'higher',
  tasks: ['binary'],
  summary: 'of the rows predicted positive, the share that is',
  prepare: ofPositive(ratio, 'no row is predicted positive'),
};

export const precisionMacro: ClassMetric = {
  kind: 'classes',
  title: 'Precision (macro)',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'precision of each class, averaged with every class counting the same',
  prepare: averaged(ratio, 'macro'),
};

export const precisionWeighted: ClassMetric = {
  kind: 'classes',
  title: 'Precision (weighted)',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'precision of each class, averaged by the number of its rows',
  prepare: averaged(ratio, 'weighted'),
};
