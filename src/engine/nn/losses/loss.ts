/** @file What a loss is: a scalar written from a network's output and the target. */

import type { GraphBuilder } from '../../graph/builder.ts';
import type { Dim } from '../../graph/graph.ts';
import type { KnownValue } from '../../graph/known.ts';
import type { NetworkOutput } from '../trace.ts';

export interface LossValues {
  /** The mean over the batch, a scalar. */
  readonly loss: KnownValue;
  /** How many targets were predicted right, a scalar; left out where that has no meaning. */
  readonly correct?: KnownValue;
}

export interface Loss {
  readonly name: string;
  build(g: GraphBuilder, network: NetworkOutput, target: KnownValue): LossValues;
}

/** The target with the shape of the output as float32, so that [batch] and [batch, 1] mean the same. */
export function likeOutput(g: GraphBuilder, target: KnownValue, shape: readonly Dim[]): KnownValue {
  return g.reshape(g.cast(target, 'float32'), shape);
}

/** The number of places where a condition holds. */
export function countTrue(g: GraphBuilder, condition: KnownValue): KnownValue {
  return g.reduceSum(g.cast(condition, 'float32'));
}
