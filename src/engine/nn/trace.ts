/** @file Runs a network's layers over a graph builder once, and lists what they asked for: parameters, dropout masks, logits. */

import type { GraphBuilder } from '../graph/builder.ts';
import { isStatic } from '../graph/dims.ts';
import type { TensorType } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { type ActivationName, activationOf } from './activations.ts';
import type { Initialiser } from './initialisers.ts';
import type { Layer, LayerContext } from './layer.ts';

/** Something that writes layers from inputs to one output. `sequential` makes one; a network of several inputs is written by hand. */
export interface Forward {
  /** `apply` writes one layer under a name of its own. */
  forward(apply: (layer: Layer, x: KnownValue) => KnownValue, inputs: Readonly<Record<string, KnownValue>>, g: GraphBuilder): KnownValue;
}

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialise: Initialiser;
}

/** A dropout mask that every training step fills: a graph input. */
export interface MaskSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly rate: number;
}

/** One layer as the summary shows it. */
export interface LayerRecord {
  readonly name: string;
  readonly output: TensorType;
  readonly parameterCount: number;
}

/** The output of a network, and what went into its last activation. */
export interface NetworkOutput {
  readonly output: KnownValue;
  readonly activation?: { readonly name: ActivationName; readonly logits: KnownValue };
}

export interface Trace extends NetworkOutput {
  readonly parameters: readonly ParameterSpec[];
  readonly masks: readonly MaskSpec[];
  readonly layers: readonly LayerRecord[];
}

export interface TraceOptions {
  readonly inputs: Readonly<Record<string, TensorType>>;
  readonly isTraining: boolean;
  /** Puts a parameter into the graph under `spec.name`, which is `own` in the scope of its layer: as an input, or as an initializer with values. */
  place(spec: ParameterSpec, own: string): KnownValue;
}

export function trace(network: Forward, g: GraphBuilder, { inputs, isTraining, place }: TraceOptions): Trace {
  const parameters: ParameterSpec[] = [];
  const masks: MaskSpec[] = [];
  const layers: LayerRecord[] = [];
  const counts = new Map<string, number>();
  const activated = new Map<string, { name: ActivationName; logits: KnownValue }>();

  const contextOf = (name: string): LayerContext => ({
    g,
    name,
    isTraining,
    parameter(own, shape, initialise) {
      const spec = { name: `${name}/${own}`, shape, initialise };
      parameters.push(spec);
      return place(spec, own);
    },
    buffer: (own, tensor) => g.initializer(own, tensor),
    activate(activation, x) {
      if (activation === undefined) return x;
      const y = activationOf(activation)(g, x);
      activated.set(y.name, { name: activation, logits: x });
      return y;
    },
    dropout(x, rate) {
      const { shape } = x.type;
      if (!isTraining || rate === 0) return x;
      if (!isStatic(shape)) throw new Error(`internal: ${name} trains on a batch of unknown size`);
      const mask = { name: `${name}/mask_${masks.length + 1}`, shape, rate };
      masks.push(mask);
      return g.mul(x, g.input(mask.name, { dtype: 'float32', shape }));
    },
    inner: (own, layer, x) => g.scope(own, () => layer.build(contextOf(`${name}/${own}`), x)),
  });

  const apply = (layer: Layer, x: KnownValue): KnownValue => {
    const count = (counts.get(layer.kind) ?? 0) + 1;
    counts.set(layer.kind, count);
    const name = `${layer.kind}_${count}`;
    const before = parameters.length;
    const y = g.scope(name, () => layer.build(contextOf(name), x));
    const parameterCount = countParameters(parameters.slice(before));
    layers.push({ name, output: { dtype: y.type.dtype, shape: y.type.shape }, parameterCount });
    return y;
  };

  const values = Object.fromEntries(Object.entries(inputs).map(([name, type]) => [name, g.input(name, type)]));
  const output = network.forward(apply, values, g);
  const activation = activated.get(output.name);
  return { output, ...(activation && { activation }), parameters, masks, layers };
}

/** Trained values in all. */
export function countParameters(parameters: readonly { readonly shape: readonly number[] }[]): number {
  return parameters.reduce((total, { shape }) => total + shape.reduce((size, dim) => size * dim, 1), 0);
}
