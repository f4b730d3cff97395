/** @file AdamW (Loshchilov & Hutter 2019): Adam after p ← (1 − rate · λ) · p, so that the decay is not scaled by the moments. */

import { type AdamOptions, requireAdamOptions, updateAdam } from './adam.ts';
import { type Optimizer, requireSetting } from './optimizer.ts';

export interface AdamWOptions extends AdamOptions {
  /** λ, 0.01 unless said otherwise. Every parameter decays, biases too, as in PyTorch; `groups` of `fit` exempt some. */
  readonly weightDecay?: number;
}

export function adamw({ weightDecay = 0.01, ...options }: AdamWOptions = {}): Optimizer {
  const { learningRate, ...settings } = requireAdamOptions('adamw', options);
  requireSetting('adamw', 'weightDecay', weightDecay, weightDecay >= 0, 'at least 0');
  return {
    name: 'adamw',
    learningRate,
    moments: ['m', 'v'],
    settings: { ...settings, weightDecay },
    update(kernel, at, step) {
      updateAdam(kernel, at, step, settings, 1 - step.learningRate * step.weightDecayFactor * weightDecay);
    },
  };
}
