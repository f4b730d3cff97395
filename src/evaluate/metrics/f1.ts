/**
 * @file F1: the harmonic mean of precision and recall.
 *
 *     F1 = 2·TP / (2·TP + FP + FN)
 *
 * `f1` speaks of the positive class and is undefined when no row is positive, neither in truth nor predicted; it is 0 when
 * there are positive rows and none is found. `f1_macro` is the mean of the classes' F1 (not the F1 of mean precision and recall).
 */

import type { ClassMetric } from '../metric.ts';
import { averaged, type ClassRatio, ofPositive } from './class-counts.ts';

const ratio: ClassRatio = ({ hits, predicted, actual }, index) =>
  (2 * (hits[index] as number)) / ((predicted[index] as number) + (actual[index] as number));

export const f1: ClassMetric = {
  kind: 'classes',
  title: 'F1',
  direction: 'higher',
  tasks: ['binary'],
  summary: 'harmonic mean of precision and recall of the positive class',
  prepare: ofPositive(ratio, 'no row is positive, neither in truth nor predicted'),
};

export const f1Macro: ClassMetric = {
  kind: 'classes',
  title: 'F1 (macro)',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'F1 of each class, averaged with every class counting the same',
  prepare: averaged(ratio, 'macro'),
};

export const f1Weighted: ClassMetric = {
  kind: 'classes',
  title: 'F1 (weighted)',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'F1 of each class, averaged by the number of its rows',
  prepare: averaged(ratio, 'weighted'),
};
