/** @file SoftmaxCrossEntropyLoss: the negative log-likelihood of the softmax over axis 1. */

import { optional, string } from '../graph/attributes.ts';
import { tensorOf } from '../tensor/make.ts';
import { defineOp } from './define.ts';
import { lossType, negativeLogLikelihood } from './negative-log-likelihood-loss.ts';
import { like } from './rules.ts';

export const SoftmaxCrossEntropyLoss = defineOp({
  type: 'SoftmaxCrossEntropyLoss',
  inputs: ['scores', 'labels', 'weights?'],
  outputs: ['output', 'log_prob?'],
  attributes: { ignore_index: optional.int, reduction: string('mean') },
  infer: ({ scores, labels }, { reduction }) => ({ output: lossType(scores, labels, reduction), log_prob: like(scores) }),
  // −ln softmax(scores) at the label, through LogSoftmax, which is stable.
  lower(g, { scores, labels, weights }, attributes) {
    const log_prob = g.logSoftmax(scores, 1);
    return { output: negativeLogLikelihood(g, log_prob, labels, weights, attributes), log_prob };
  },
  samples: [
    { scores: [3, 4], labels: tensorOf('int64', [3], [0, 3, 1]) },
    {
      scores: [2, 3, 2],
      labels: tensorOf('int64', [2, 2], [0, 2, -1, 1]),
      weights: tensorOf('float32', [3], [0.5, 2, 1]),
      attributes: { ignore_index: -1 },
    },
    { scores: [2, 3], labels: tensorOf('int64', [2], [2, 0]), attributes: { reduction: 'sum' }, outputs: 2 },
  ],
});
