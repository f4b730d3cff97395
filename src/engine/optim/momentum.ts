/**
 * @file Gradient descent with momentum (Polyak 1964), or with Nesterov's look ahead (Sutskever et al. 2013), in PyTorch's form.
 *
 *     g ← g + λ · p
 *     m ← μ · m + g
 *     p ← p − rate · m                 Nesterov: p ← p − rate · (g + μ · m)
 */

import { momentOf, type Optimizer, requireSetting } from './optimizer.ts';

export interface MomentumOptions {
  /** 0.01 unless said otherwise. */
  readonly learningRate?: number;
  /** μ, 0.9 unless said otherwise. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** λ, 0 unless said otherwise. */
  readonly weightDecay?: number;
}

export function momentum(options: MomentumOptions = {}): Optimizer {
  const { learningRate = 0.01, momentum: mu = 0.9, nesterov = false, weightDecay = 0 } = options;
  requireSetting('momentum', 'learningRate', learningRate, learningRate > 0, 'above 0');
  requireSetting('momentum', 'momentum', mu, mu >= 0 && mu < 1, 'at least 0 and below 1');
  requireSetting('momentum', 'weightDecay', weightDecay, weightDecay >= 0, 'at least 0');
  return {
    name: 'momentum',
    learningRate,
    moments: ['m'],
    settings: { momentum: mu, nesterov, weightDecay },
    update(kernel, at, { learningRate: rate, gradientScale, weightDecayFactor }) {
      const m = momentOf(at, 'm');
      const decay = weightDecay * weightDecayFactor;
      kernel.momentum(at.parameters, at.gradients, m, at.length, rate, gradientScale, mu, nesterov ? 1 : 0, decay);
    },
  };
}
