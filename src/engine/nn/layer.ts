/** @file What a layer is: a name stem and a function that writes its part of the graph. */

import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { ActivationName } from './activations.ts';
import type { Initialiser } from './initialisers.ts';

export interface Layer {
  /** The layer's name in graphs, errors and the summary, with a number: `dense` becomes `dense_1`. */
  readonly kind: string;
  /** Writes the layer into the graph; the first axis of `x` is the batch. */
  build(context: LayerContext, x: KnownValue): KnownValue;
}

/** What a layer builds with. The same function writes the graph that trains and the graph that is saved. */
export interface LayerContext {
  readonly g: GraphBuilder;
  /** With its number, and the outer layer's name before it: `transformerEncoder_1/attention`. */
  readonly name: string;
  /** False in the saved model, where dropout is left out. */
  readonly isTraining: boolean;
  /** A float32 tensor that is trained. */
  parameter(name: string, shape: readonly number[], initialise: Initialiser): KnownValue;
  /** A tensor that is kept with the model but not trained. */
  buffer(name: string, tensor: Tensor): KnownValue;
  /** Applies an activation, and remembers what went in: a loss may prefer the logits. */
  activate(activation: ActivationName | undefined, x: KnownValue): KnownValue;
  /** Multiplies by a random mask when training; `x` itself otherwise. */
  dropout(x: KnownValue, rate: number): KnownValue;
  /** Another layer inside this one, under a name of its own. */
  inner(name: string, layer: Layer, x: KnownValue): KnownValue;
}
