/** @file Kullback–Leibler divergence: mean over rows of Σ_c t[c] · (ln t[c] − ln softmax(z)[c]), for targets that are distributions. */

import { logitsOf } from './classes.ts';
import { type Loss, likeOutput } from './loss.ts';

/** Logits or probabilities by softmax on the last axis; the target has the same shape and sums to 1 over that axis. 0 · ln 0 counts as 0. */
export function klDivergence(): Loss {
  return {
    name: 'klDivergence',
    build(g, network, target) {
      const z = logitsOf(network);
      const t = likeOutput(g, target, z.type.shape);
      const logt = g.log(g.max(t, 1e-30));
      const perRow = g.reduceSum(g.mul(t, g.sub(logt, g.logSoftmax(z))), [-1]);
      return { loss: g.reduceMean(perRow) };
    },
  };
}
