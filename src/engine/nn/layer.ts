/** @file What a layer is: a name stem and a function that writes its part of the graph. */

import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ActivationName } from './activations.ts';
import type { Initialiser } from './initialisers.ts';

/**
 * A layer of one input and one output unless said otherwise. The same layer object applied twice in a network shares its parameters:
 * make two layers where two sets are meant.
 */
export interface Layer<Inputs extends readonly unknown[] = readonly [x: KnownValue], Output = KnownValue> {
  /** The layer's name in graphs, errors and the summary, with a number: `dense` becomes `dense_1`. Empty for what has no name of its own. */
  readonly kind: string;
  /** Writes the layer into the graph; the first axis of every input is the batch. */
  build(context: LayerContext, ...inputs: Inputs): Output;
}

/** What a layer builds with. The same function writes the graph that trains and the graph that is saved. */
export interface LayerContext {
  readonly g: GraphBuilder;
  /** With its number, and the outer layer's name before it: `transformerEncoder_1/attention`. */
  readonly name: string;
  /** False in the saved model, where dropout is left out and statistics are fixed. */
  readonly isTraining: boolean;
  /** A float32 tensor that is trained. */
  parameter(name: string, shape: readonly number[], initialise: Initialiser): KnownValue;
  /** A tensor that is kept with the model and never changes. */
  buffer(name: string, tensor: Tensor): KnownValue;
  /** A float32 buffer that every training step may replace, such as a running mean: checkpoints carry it, the saved model holds its last value. */
  state(name: string, shape: readonly number[], initialise: Initialiser): State;
  /** A parameter of another layer that was applied before. @throws MoatError `LAYER_NOT_APPLIED` */
  parameterOf(layer: Layer, name: string): KnownValue;
  /** Applies an activation, and remembers what went in: a loss may prefer the logits. */
  activate(activation: ActivationName | undefined, x: KnownValue): KnownValue;
  /** Multiplies by a random mask when training; `x` itself otherwise. */
  dropout(x: KnownValue, rate: number): KnownValue;
  /** Another layer inside this one, under a name of its own. */
  inner<Inputs extends readonly unknown[], Output>(name: string, layer: Layer<Inputs, Output>, ...inputs: Inputs): Output;
}

/** A buffer that training changes. */
export interface State {
  /** As it stands before the step. */
  readonly value: KnownValue;
  /** What it shall be after the step; only while training. */
  become(next: KnownValue): void;
}
