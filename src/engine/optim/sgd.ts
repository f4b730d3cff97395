/** @file Stochastic gradient descent: p ← p − rate · g. */

import { type Optimizer, requireSetting } from './optimizer.ts';

export interface SgdOptions {
  /** 0.01 unless said otherwise. */
  readonly learningRate?: number;
}

export function sgd({ learningRate = 0.01 }: SgdOptions = {}): Optimizer {
  requireSetting('sgd', 'learningRate', learningRate, learningRate > 0, 'above 0');
  return {
    name: 'sgd',
    learningRate,
    moments: [],
    settings: {},
    update(kernel, at, step) {
      kernel.sgd(at.parameters, at.gradients, at.length, step.learningRate, step.gradientScale);
    },
  };
}
