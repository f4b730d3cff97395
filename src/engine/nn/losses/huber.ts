/**
 * @file Huber's loss (1964): squared near 0, absolute far out, so that outliers pull with a bounded force.
 *
 *     e = |output − y|        loss = mean(½e² where e ≤ δ, else δ · (e − ½δ)) = mean(c · (e − ½c)),  c = min(e, δ)
 */

import { type Loss, likeOutput, requireLossSetting } from './loss.ts';

export interface HuberOptions {
  /** δ, 1 unless said otherwise. */
  readonly delta?: number;
}

export function huber({ delta = 1 }: HuberOptions = {}): Loss {
  requireLossSetting('huber', 'delta', delta, delta > 0, 'above 0');
  return {
    name: 'huber',
    settings: { delta },
    build(g, { output }, target) {
      const error = g.abs(g.sub(output, likeOutput(g, target, output.type.shape)));
      const near = g.min(error, delta);
      return { loss: g.reduceMean(g.mul(near, g.sub(error, g.mul(near, 0.5)))) };
    },
  };
}
