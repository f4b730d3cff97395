/** @file Hinge loss (Cortes & Vapnik 1995): mean(max(0, 1 − s · output)), s = 1 where the target is above 0, else −1. */

import { countTrue, type Loss, likeOutput } from './loss.ts';

/** Targets are 0 and 1, or −1 and 1. Predicted right where the output lies on the target's side of 0. */
export function hinge(): Loss {
  return {
    name: 'hinge',
    build(g, { output }, target) {
      const isPositive = g.greater(likeOutput(g, target, output.type.shape), 0);
      const side = g.where(isPositive, g.constant(1), g.constant(-1));
      const loss = g.reduceMean(g.relu(g.sub(1, g.mul(side, output))));
      return { loss, correct: countTrue(g, g.equal(g.greater(output, 0), isPositive)) };
    },
  };
}
