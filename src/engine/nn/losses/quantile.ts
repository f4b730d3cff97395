/** @file Quantile (pinball) loss (Koenker & Bassett 1978): mean(max(τ · e, (τ − 1) · e)), e = y − output. Its optimum is the τ-quantile. */

import { type Loss, likeOutput, requireLossSetting } from './loss.ts';

export interface QuantileOptions {
  /** τ: 0.9 learns the value that nine of ten targets stay below. */
  readonly quantile: number;
}

export function quantile({ quantile: tau }: QuantileOptions): Loss {
  requireLossSetting('quantile', 'quantile', tau, tau > 0 && tau < 1, 'above 0 and below 1');
  return {
    name: 'quantile',
    settings: { quantile: tau },
    build(g, { output }, target) {
      const error = g.sub(likeOutput(g, target, output.type.shape), output);
      return { loss: g.reduceMean(g.max(g.mul(error, tau), g.mul(error, tau - 1))) };
    },
  };
}
