/** @file Stochastic gradient descent, with PyTorch's weight decay: p ← p − rate · (g + λ · p). */

import { type Optimizer, requireSetting } from './optimizer.ts';

export interface SgdOptions {
  /** 0.01 unless said otherwise. */
  readonly learningRate?: number;
  /** λ, 0 unless said otherwise. */
  readonly weightDecay?: number;
}

export function sgd({ learningRate = 0.01, weightDecay = 0 }: SgdOptions = {}): Optimizer {
  requireSetting('sgd', 'learningRate', learningRate, learningRate > 0, 'above 0');
  requireSetting('sgd', 'weightDecay', weightDecay, weightDecay >= 0, 'at least 0');
  return {
    name: 'sgd',
    learningRate,
    moments: [],
    settings: { weightDecay },
    update(kernel, at, { learningRate: rate, gradientScale, weightDecayFactor }) {
      kernel.sgd(at.parameters, at.gradients, at.length, rate, gradientScale, weightDecay * weightDecayFactor);
    },
  };
}
