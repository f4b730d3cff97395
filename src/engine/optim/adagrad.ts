/**
 * @file Adagrad (Duchi et al. 2011), in PyTorch's form: a value that has moved much moves less.
 *
 *     v ← v + g²
 *     p ← p − rate · g / (√v + ε)
 */

import { momentOf, type Optimizer, requireSetting } from './optimizer.ts';

export interface AdagradOptions {
  /** 0.01 unless said otherwise. */
  readonly learningRate?: number;
  /** ε, 1e-10 unless said otherwise. */
  readonly epsilon?: number;
}

export function adagrad({ learningRate = 0.01, epsilon = 1e-10 }: AdagradOptions = {}): Optimizer {
  requireSetting('adagrad', 'learningRate', learningRate, learningRate > 0, 'above 0');
  requireSetting('adagrad', 'epsilon', epsilon, epsilon > 0, 'above 0');
  return {
    name: 'adagrad',
    learningRate,
    moments: ['v'],
    settings: { epsilon },
    update(kernel, at, { learningRate: rate, gradientScale }) {
      kernel.squares(at.parameters, at.gradients, momentOf(at, 'v'), at.length, rate, gradientScale, 1, 1, epsilon);
    },
  };
}
