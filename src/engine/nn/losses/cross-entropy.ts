/**
 * @file Cross-entropy of the softmax: −mean(ln softmax(z)[y]), for targets that are the index of a class; classes stand on the last axis.
 *
 * It works on the logits z. When the network ends in a softmax, what went into it is taken; otherwise the output itself is z. The logarithm of
 * the softmax is one operation, so the gradient is (softmax(z) − onehot(y)) / n without a division by a small probability.
 */

import type { KnownValue } from '../../graph/known.ts';
import { knownSize } from '../sizes.ts';
import { countTrue, type Loss } from './loss.ts';

/** Predicted right where no other class has as large a logit as the target; a tie is a mistake. */
export function crossEntropy(): Loss {
  return {
    name: 'crossEntropy',
    build(g, { output, activation }, target) {
      const logits = activation?.name === 'softmax' ? activation.logits : output;
      const classCount = knownSize('crossEntropy', logits, -1);
      const z = g.reshape(logits, [-1, classCount]);
      const y: KnownValue = g.reshape(g.cast(target, 'int64'), [-1]);
      const logp = g.logSoftmax(z);
      const picked = g.one('GatherElements', [logp, g.unsqueeze(y, [1])], { axis: 1 });
      const rank = g.reduceSum(g.cast(g.greaterOrEqual(logp, picked), 'float32'), [1]);
      return { loss: g.neg(g.reduceMean(picked)), correct: countTrue(g, g.equal(rank, 1)) };
    },
  };
}
