/**
 * @file Cross-entropy of the softmax: −mean(ln softmax(z)[y]), for targets that are the index of a class; classes stand on the last axis.
 *
 * With label smoothing ε (Szegedy et al. 2016) over C classes and a weight w for each class, both as in PyTorch:
 *
 *     loss = Σ_rows ( −(1 − ε) · w[y] · logp[y] − ε/C · Σ_c w[c] · logp[c] ) / Σ_rows w[y]
 */

import { MoatError } from '../../errors.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { KnownValue } from '../../graph/known.ts';
import { tensorOf } from '../../tensor/make.ts';
import { classesOf } from './classes.ts';
import { type Loss, requireLossSetting } from './loss.ts';

export interface CrossEntropyOptions {
  /** ε: the share of the target spread evenly over all classes; 0 unless said otherwise. */
  readonly labelSmoothing?: number;
  /** One weight a class, such as the inverse of its frequency; all 1 unless said otherwise. */
  readonly classWeights?: readonly number[];
}

/** Predicted right where no other class has as large a logit as the target; a tie is a mistake. */
export function crossEntropy({ labelSmoothing = 0, classWeights }: CrossEntropyOptions = {}): Loss {
  requireLossSetting('crossEntropy', 'labelSmoothing', labelSmoothing, labelSmoothing >= 0 && labelSmoothing < 1, 'at least 0 and below 1');
  for (const weight of classWeights ?? []) requireLossSetting('crossEntropy', 'classWeights', weight, weight >= 0, 'at least 0');
  return {
    name: 'crossEntropy',
    ...((labelSmoothing > 0 || classWeights) && { settings: { labelSmoothing, ...(classWeights && { classWeights }) } }),
    build(g, network, target) {
      const { logp, classIndex, picked, correct, classCount } = classesOf(g, 'crossEntropy', network, target);
      const weights = classWeights && weightsOf(g, classWeights, classCount);
      const weighted = (x: KnownValue, w: KnownValue | undefined): KnownValue => (w === undefined ? x : g.mul(x, w));
      const own = weights && g.gather(weights, classIndex);
      const meanBy = (x: KnownValue): KnownValue => (own === undefined ? g.reduceMean(x) : g.div(g.reduceSum(x), g.reduceSum(own)));
      const hard = weighted(picked, own);
      if (labelSmoothing === 0) return { loss: g.neg(meanBy(hard)), correct };
      const even = g.reduceMean(weighted(logp, weights), [1], true);
      return { loss: g.neg(meanBy(g.add(g.mul(hard, 1 - labelSmoothing), g.mul(even, labelSmoothing)))), correct };
    },
  };
}

function weightsOf(g: GraphBuilder, weights: readonly number[], classCount: number): KnownValue {
  if (weights.length === classCount) return g.constant(tensorOf('float32', [classCount], weights));
  throw new MoatError(`crossEntropy cannot use ${weights.length} class weights`, {
    code: 'LOSS_CLASS_WEIGHTS',
    why: `the network has ${classCount} classes on its last axis`,
    fix: 'give one weight for each class, in the order of the class indices',
  });
}
