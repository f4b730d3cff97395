/** @file What a loss is: a scalar written from a network's output and the target. */

import { MoatError } from '../../errors.ts';
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
  /** What else changes its value, so that a checkpoint of other settings is recognised. */
  readonly settings?: Readonly<Record<string, number | readonly number[]>>;
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

/** Refuses a setting outside its range, by name. `range` is for the reader. */
export function requireLossSetting(loss: string, name: string, value: number, isValid: boolean, range: string): void {
  if (isValid && Number.isFinite(value)) return;
  throw new MoatError(`${loss} cannot work with ${name} = ${value}`, {
    code: 'LOSS_SETTING',
    why: `${name} must be ${range}`,
    fix: `give ${name} a value in that range, or leave it out for the default`,
  });
}
