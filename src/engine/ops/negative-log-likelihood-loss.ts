/** @file NegativeLogLikelihoodLoss: minus the log-probability of the label, [N, C, …] against [N, …], weighted by class. */

import { optional, string } from '../graph/attributes.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorType } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';

export const NegativeLogLikelihoodLoss = defineOp({
  type: 'NegativeLogLikelihoodLoss',
  inputs: ['input', 'target', 'weight?'],
  outputs: ['loss'],
  attributes: { ignore_index: optional.int, reduction: string('mean') },
  infer: ({ input, target }, { reduction }) => ({ loss: lossType(input, target, reduction) }),
  lower: (g, { input, target, weight }, attributes) => ({ loss: negativeLogLikelihood(g, input, target, weight, attributes) }),
  samples: [
    { input: [3, 4], target: tensorOf('int64', [3], [0, 3, 1]), attributes: { reduction: 'none' } },
    { input: [3, 4], target: tensorOf('int64', [3], [0, 3, 1]), weight: tensorOf('float32', [4], [0.5, 2, 1, 3]) },
    {
      input: [2, 3, 2],
      target: tensorOf('int64', [2, 2], [0, 2, 1, 1]),
      weight: tensorOf('float32', [3], [0.5, 2, 1]),
      attributes: { ignore_index: 2, reduction: 'sum' },
    },
  ],
});

/** One number, or one for each label. */
export function lossType(input: Known, target: Known, reduction: string): TensorType {
  return { dtype: input.dtype, shape: reduction === 'none' ? target.shape : [] };
}

/**
 * lossₙ = −wₙ · input[n, targetₙ], wₙ the weight of the class, 0 for the ignored one; the mean is Σ loss / Σ w. The row of an ignored label
 * reads class 0, since the label itself may lie outside the classes.
 */
export function negativeLogLikelihood(
  g: GraphBuilder,
  input: KnownValue,
  target: KnownValue,
  weight: KnownValue | undefined,
  { ignore_index, reduction }: { readonly ignore_index: number | undefined; readonly reduction: string },
): KnownValue {
  const { dtype } = input.type;
  const ignored = ignore_index === undefined ? undefined : g.equal(target, ignore_index);
  const labels = ignored === undefined ? target : g.where(ignored, 0, target);
  const picked = g.squeeze(g.one('GatherElements', [input, g.unsqueeze(labels, [1])], { axis: 1 }), [1]);
  const classWeights = weight && g.gather(weight, labels);
  const weights = ignored === undefined ? classWeights : g.where(ignored, 0, classWeights ?? g.fill(g.shapeOf(target), 1, dtype));
  const losses = g.neg(weights === undefined ? picked : g.mul(picked, weights));
  if (reduction === 'none') return losses;
  if (reduction === 'sum') return g.reduceSum(losses);
  return weights === undefined ? g.reduceMean(losses) : g.div(g.reduceSum(losses), g.reduceSum(weights));
}
