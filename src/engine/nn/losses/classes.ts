/**
 * @file What the losses over classes share: the log-probability of every class and of the target's.
 *
 * It works on the logits z. When the network ends in a softmax, what went into it is taken; otherwise the output itself is z. The logarithm of
 * the softmax is one operation, so the gradient is (softmax(z) − onehot(y)) / n without a division by a small probability.
 */

import type { GraphBuilder } from '../../graph/builder.ts';
import type { KnownValue } from '../../graph/known.ts';
import { knownSize } from '../sizes.ts';
import type { NetworkOutput } from '../trace.ts';
import { countTrue } from './loss.ts';

export interface Classes {
  /** ln softmax(z), [rows, classes]; the axes before the classes are one. */
  readonly logp: KnownValue;
  /** The target's index, [rows, 1]. */
  readonly classIndex: KnownValue;
  /** logp of the target, [rows, 1]. */
  readonly picked: KnownValue;
  readonly correct: KnownValue;
  readonly classCount: number;
}

/** Predicted right where no other class has as large a logit as the target; a tie is a mistake. */
export function classesOf(g: GraphBuilder, loss: string, network: NetworkOutput, target: KnownValue): Classes {
  const logits = logitsOf(network);
  const classCount = knownSize(loss, logits, -1);
  const logp = g.logSoftmax(g.reshape(logits, [-1, classCount]));
  const classIndex = g.reshape(g.cast(target, 'int64'), [-1, 1]);
  const picked = g.one('GatherElements', [logp, classIndex], { axis: 1 });
  const rank = g.reduceSum(g.cast(g.greaterOrEqual(logp, picked), 'float32'), [1]);
  return { logp, classIndex, picked, correct: countTrue(g, g.equal(rank, 1)), classCount };
}

/** What went into the softmax at the end, or the output. */
export function logitsOf({ output, activation }: NetworkOutput): KnownValue {
  return activation?.name === 'softmax' ? activation.logits : output;
}
