/**
 * @file Lion (Chen et al. 2023, algorithm 2): every value moves by the learning rate, and only the sign of a mean gradient says which way.
 *
 *     c = β₁ · m + (1 − β₁) · g
 *     p ← (1 − rate · λ) · p − rate · sign(c)
 *     m ← β₂ · m + (1 − β₂) · g
 */

import { momentOf, type Optimizer, requireSetting } from './optimizer.ts';

export interface LionOptions {
  /** 1e-4 unless said otherwise: the paper advises 3 to 10 times less than for AdamW. */
  readonly learningRate?: number;
  /** β₁, 0.9 unless said otherwise. */
  readonly beta1?: number;
  /** β₂, 0.99 unless said otherwise. */
  readonly beta2?: number;
  /** λ, 0 unless said otherwise. */
  readonly weightDecay?: number;
}

export function lion({ learningRate = 1e-4, beta1 = 0.9, beta2 = 0.99, weightDecay = 0 }: LionOptions = {}): Optimizer {
  requireSetting('lion', 'learningRate', learningRate, learningRate > 0, 'above 0');
  requireSetting('lion', 'beta1', beta1, beta1 >= 0 && beta1 < 1, 'at least 0 and below 1');
  requireSetting('lion', 'beta2', beta2, beta2 >= 0 && beta2 < 1, 'at least 0 and below 1');
  requireSetting('lion', 'weightDecay', weightDecay, weightDecay >= 0, 'at least 0');
  return {
    name: 'lion',
    learningRate,
    moments: ['m'],
    settings: { beta1, beta2, weightDecay },
    update(kernel, at, { learningRate: rate, gradientScale, weightDecayFactor }) {
      const keep = 1 - rate * weightDecay * weightDecayFactor;
      kernel.lion(at.parameters, at.gradients, momentOf(at, 'm'), at.length, rate, gradientScale, beta1, beta2, keep);
    },
  };
}
