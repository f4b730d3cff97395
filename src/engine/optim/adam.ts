/**
 * @file Adam (Kingma & Ba 2015, algorithm 1).
 *
 *     m ← β₁ · m + (1 − β₁) · g            v ← β₂ · v + (1 − β₂) · g²
 *     p ← p − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
 */

import type { UpdateKernel } from './kernels/kernel.ts';
import { momentOf, type Optimizer, requireSetting, type Sections, type UpdateStep } from './optimizer.ts';

export interface AdamOptions {
  /** 0.001 unless said otherwise. */
  readonly learningRate?: number;
  /** β₁, 0.9 unless said otherwise. */
  readonly beta1?: number;
  /** β₂, 0.999 unless said otherwise. */
  readonly beta2?: number;
  /** ε, 1e-8 unless said otherwise. */
  readonly epsilon?: number;
}

export function adam(options: AdamOptions = {}): Optimizer {
  const { learningRate, ...settings } = requireAdamOptions('adam', options);
  return {
    name: 'adam',
    learningRate,
    moments: ['m', 'v'],
    settings,
    update: (kernel, at, step) => updateAdam(kernel, at, step, settings, 1),
  };
}

/** The options with every default, or a refusal that names the optimizer. */
export function requireAdamOptions(optimizer: string, options: AdamOptions): Required<AdamOptions> {
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  requireSetting(optimizer, 'learningRate', learningRate, learningRate > 0, 'above 0');
  requireSetting(optimizer, 'beta1', beta1, beta1 >= 0 && beta1 < 1, 'at least 0 and below 1');
  requireSetting(optimizer, 'beta2', beta2, beta2 >= 0 && beta2 < 1, 'at least 0 and below 1');
  requireSetting(optimizer, 'epsilon', epsilon, epsilon > 0, 'above 0');
  return { learningRate, beta1, beta2, epsilon };
}

/** One step of Adam; `keep` multiplies the parameters first (AdamW's decay; 1 leaves them). */
export function updateAdam(
  kernel: UpdateKernel,
  at: Sections,
  { t, learningRate, gradientScale }: UpdateStep,
  { beta1, beta2, epsilon }: Required<Omit<AdamOptions, 'learningRate'>>,
  keep: number,
): void {
  const [m, v] = [momentOf(at, 'm'), momentOf(at, 'v')];
  const inverse1 = 1 / (1 - beta1 ** t);
  const inverse2 = 1 / (1 - beta2 ** t);
  const { parameters, gradients, length } = at;
  kernel.adam(parameters, gradients, m, v, length, learningRate, gradientScale, beta1, beta2, epsilon, inverse1, inverse2, keep);
}
