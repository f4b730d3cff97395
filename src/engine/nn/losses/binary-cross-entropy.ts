/**
 * @file Binary cross-entropy: −mean(y · ln p + (1 − y) · ln(1 − p)), for targets 0 and 1.
 *
 * When the network ends in a sigmoid, p = σ(z), it is computed from the logits as y · softplus(−z) + (1 − y) · softplus(z):
 * the same number, but finite and with the gradient σ(z) − y for any z. Otherwise the output is taken as p and kept within 1e-7 of 0 and 1, as in Keras.
 */

import type { KnownValue } from '../../graph/known.ts';
import { countTrue, type Loss, likeOutput, requireLossSetting } from './loss.ts';

export interface BinaryCrossEntropyOptions {
  /** ε: targets become y · (1 − ε) + ε/2; 0 unless said otherwise. */
  readonly labelSmoothing?: number;
  /** Factor on the loss of rows whose target is 1, such as negatives per positive; 1 unless said otherwise. */
  readonly positiveWeight?: number;
}

/** Predicted right where p > 0.5 is what the target says. */
export function binaryCrossEntropy({ labelSmoothing = 0, positiveWeight = 1 }: BinaryCrossEntropyOptions = {}): Loss {
  const name = 'binaryCrossEntropy';
  requireLossSetting(name, 'labelSmoothing', labelSmoothing, labelSmoothing >= 0 && labelSmoothing < 1, 'at least 0 and below 1');
  requireLossSetting(name, 'positiveWeight', positiveWeight, positiveWeight > 0, 'above 0');
  return {
    name,
    ...((labelSmoothing > 0 || positiveWeight !== 1) && { settings: { labelSmoothing, positiveWeight } }),
    build(g, { output, activation }, target) {
      const hard = likeOutput(g, target, output.type.shape);
      const isPositive = g.greater(hard, 0.5);
      const y = labelSmoothing === 0 ? hard : g.add(g.mul(hard, 1 - labelSmoothing), labelSmoothing / 2);
      const mean = (loss: KnownValue): KnownValue =>
        g.reduceMean(positiveWeight === 1 ? loss : g.mul(loss, g.add(g.mul(hard, positiveWeight - 1), 1)));
      const not = (x: typeof y) => g.sub(1, x);
      if (activation?.name === 'sigmoid') {
        const z = activation.logits;
        const loss = g.add(g.mul(y, g.softplus(g.neg(z))), g.mul(not(y), g.softplus(z)));
        return { loss: mean(loss), correct: countTrue(g, g.equal(g.greater(z, 0), isPositive)) };
      }
      const p = g.clip(output, 1e-7, 1 - 1e-7);
      const loss = g.neg(g.add(g.mul(y, g.log(p)), g.mul(not(y), g.log(not(p)))));
      return { loss: mean(loss), correct: countTrue(g, g.equal(g.greater(output, 0.5), isPositive)) };
    },
  };
}
