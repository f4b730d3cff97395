/**
 * @file RMSprop (Tieleman & Hinton 2012), in PyTorch's form.
 *
 *     v ← α · v + (1 − α) · g²
 *     p ← p − rate · g / (√v + ε)
 */

import { momentOf, type Optimizer, requireSetting } from './optimizer.ts';

export interface RmspropOptions {
  /** 0.01 unless said otherwise. */
  readonly learningRate?: number;
  /** α, 0.99 unless said otherwise. */
  readonly alpha?: number;
  /** ε, 1e-8 unless said otherwise. */
  readonly epsilon?: number;
}

export function rmsprop({ learningRate = 0.01, alpha = 0.99, epsilon = 1e-8 }: RmspropOptions = {}): Optimizer {
  requireSetting('rmsprop', 'learningRate', learningRate, learningRate > 0, 'above 0');
  requireSetting('rmsprop', 'alpha', alpha, alpha >= 0 && alpha < 1, 'at least 0 and below 1');
  requireSetting('rmsprop', 'epsilon', epsilon, epsilon > 0, 'above 0');
  return {
    name: 'rmsprop',
    learningRate,
    moments: ['v'],
    settings: { alpha, epsilon },
    update(kernel, at, { learningRate: rate, gradientScale }) {
      kernel.squares(at.parameters, at.gradients, momentOf(at, 'v'), at.length, rate, gradientScale, alpha, 1 - alpha, epsilon);
    },
  };
}
