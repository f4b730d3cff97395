/**
 * @file Binary cross-entropy: −mean(y · ln p + (1 − y) · ln(1 − p)), for targets 0 and 1.
 *
 * When the network ends in a sigmoid, p = σ(z), it is computed from the logits as y · softplus(−z) + (1 − y) · softplus(z):
 * the same number, but finite and with the gradient σ(z) − y for any z. Otherwise the output is taken as p and kept within 1e-7 of 0 and 1, as in Keras.
 */

import { countTrue, type Loss, likeOutput } from './loss.ts';

/** Predicted right where p > 0.5 is what the target says. */
export function binaryCrossEntropy(): Loss {
  return {
    name: 'binaryCrossEntropy',
    build(g, { output, activation }, target) {
      const y = likeOutput(g, target, output.type.shape);
      const isPositive = g.greater(y, 0.5);
      const not = (x: typeof y) => g.sub(1, x);
      if (activation?.name === 'sigmoid') {
        const z = activation.logits;
        const loss = g.add(g.mul(y, g.softplus(g.neg(z))), g.mul(not(y), g.softplus(z)));
        return { loss: g.reduceMean(loss), correct: countTrue(g, g.equal(g.greater(z, 0), isPositive)) };
      }
      const p = g.clip(output, 1e-7, 1 - 1e-7);
      const loss = g.neg(g.add(g.mul(y, g.log(p)), g.mul(not(y), g.log(not(p)))));
      return { loss: g.reduceMean(loss), correct: countTrue(g, g.equal(g.greater(output, 0.5), isPositive)) };
    },
  };
}
