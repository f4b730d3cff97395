/**
 * @file LAMB (You et al. 2020, algorithm 2): Adam whose step has, for every parameter tensor, a length in proportion to the tensor's own.
 *
 *     m, v as in Adam, with the bias corrected
 *     r = m̂ / (√v̂ + ε) + λ · p
 *     p ← p − rate · (‖p‖ / ‖r‖) · r            the ratio is 1 where either norm is 0
 */

import { type AdamOptions, requireAdamOptions } from './adam.ts';
import { momentOf, type Optimizer, requireSetting } from './optimizer.ts';

export interface LambOptions extends AdamOptions {
  /** λ, 0.01 unless said otherwise. */
  readonly weightDecay?: number;
}

/** ε is 1e-6 unless said otherwise, as in the paper. */
export function lamb({ weightDecay = 0.01, epsilon: given = 1e-6, ...options }: LambOptions = {}): Optimizer {
  const { learningRate, ...settings } = requireAdamOptions('lamb', { ...options, epsilon: given });
  const { beta1, beta2, epsilon } = settings;
  requireSetting('lamb', 'weightDecay', weightDecay, weightDecay >= 0, 'at least 0');
  return {
    name: 'lamb',
    learningRate,
    moments: ['m', 'v'],
    settings: { ...settings, weightDecay },
    update(kernel, at, { t, learningRate: rate, gradientScale, weightDecayFactor }) {
      const { parameters: p, gradients: g, length } = at;
      const inverses = [1 / (1 - beta1 ** t), 1 / (1 - beta2 ** t)] as const;
      const decay = weightDecay * weightDecayFactor;
      // r takes the place of the gradients, which are not needed any more
      kernel.lambDirection(p, g, momentOf(at, 'm'), momentOf(at, 'v'), length, gradientScale, beta1, beta2, epsilon, ...inverses, decay);
      for (const tensor of at.tensors) {
        const [own, direction] = [p + 4 * tensor.from, g + 4 * tensor.from];
        const [size, step] = [own, direction].map((from) => Math.sqrt(kernel.sumOfSquares(from, tensor.length))) as [number, number];
        kernel.sgd(own, direction, tensor.length, rate * (size > 0 && step > 0 ? size / step : 1), 1, 0);
      }
    },
  };
}
