/** @file Focal loss (Lin et al. 2017): −mean((1 − p)^γ · ln p), p = softmax(z)[y]. What is already right weighs little; γ = 0 is cross-entropy. */

import { classesOf } from './classes.ts';
import { type Loss, requireLossSetting } from './loss.ts';

export interface FocalOptions {
  /** γ, 2 unless said otherwise. */
  readonly gamma?: number;
}

/** Reads logits or probabilities by softmax, with class indices as targets, like `crossEntropy`. */
export function focal({ gamma = 2 }: FocalOptions = {}): Loss {
  requireLossSetting('focal', 'gamma', gamma, gamma >= 0, 'at least 0');
  return {
    name: 'focal',
    settings: { gamma },
    build(g, network, target) {
      const { picked, correct } = classesOf(g, 'focal', network, target);
      // Never below 1e-7: with γ < 1 the derivative of (1 − p)^γ is infinite at p = 1.
      const missing = g.max(g.sub(1, g.exp(picked)), 1e-7);
      return { loss: g.neg(g.reduceMean(g.mul(g.pow(missing, gamma), picked))), correct };
    },
  };
}
