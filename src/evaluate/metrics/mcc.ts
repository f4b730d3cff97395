/**
 * @file Matthews correlation coefficient, from -1 over 0 (chance) to 1, for any number of classes (Matthews 1975; Gorodkin 2004).
 *
 *     MCC = (c·s − Σ pₖ·tₖ) / √((s² − Σ pₖ²) · (s² − Σ tₖ²))
 *
 * with s rows, c of them right, pₖ predicted as class k and tₖ of class k. When all rows are predicted as one class, or all are of
 * one class, the fraction is 0/0 and the value is taken as 0, its limit (Chicco and Jurman 2020; scikit-learn). Undefined without rows.
 */

import { type ClassMetric, noRows } from '../metric.ts';
import { classCounter } from './class-counts.ts';

export const mcc: ClassMetric = {
  kind: 'classes',
  title: 'Matthews correlation',
  direction: 'higher',
  tasks: ['binary', 'multiclass'],
  summary: 'correlation of predicted and true classes: 1 is perfect, 0 is chance',
  prepare(sample) {
    const count = classCounter(sample);
    return (weights) => {
      const { total: s, hits, predicted, actual } = count(weights);
      if (s === 0) return noRows;
      const c = sum(hits);
      const spread = Math.sqrt((s * s - dot(predicted, predicted)) * (s * s - dot(actual, actual)));
      return spread === 0 ? 0 : (c * s - dot(predicted, actual)) / spread;
    };
  },
};

const sum = (a: Float64Array): number => a.reduce((total, x) => total + x, 0);
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((total, x, i) => total + x * (b[i] as number), 0);
