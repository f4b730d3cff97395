/** @file Runs a network's layers over a graph builder once, and lists what they asked for: parameters, states, dropout masks, logits. */

import type { GraphBuilder } from '../graph/builder.ts';
import { isStatic } from '../graph/dims.ts';
import type { TensorType } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { multiplyAdds } from '../graph/multiply-adds.ts';
import { type ActivationName, activationOf } from './activations.ts';
import type { Initialiser } from './initialisers.ts';
import type { Layer, LayerContext } from './layer.ts';
import { missingInput, notApplied, otherShape, shapeAtFault } from './trace-errors.ts';
import { isValue, valuesIn } from './values.ts';

/** Writes one layer under a name of its own, or under its first name when it was applied before. */
export type Apply = <Inputs extends readonly unknown[], Output>(layer: Layer<Inputs, Output>, ...inputs: Inputs) => Output;

/** What a network gives: one value, called `output`, or several by name. */
export type Outputs = KnownValue | Readonly<Record<string, KnownValue>>;

/** Something that writes layers from inputs to outputs. `sequential` makes one; a network with branches is written by hand. */
export interface Forward {
  forward(apply: Apply, inputs: Readonly<Record<string, KnownValue>>, g: GraphBuilder): Outputs;
}

/** A tensor that a network owns: a parameter, or a state. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialise: Initialiser;
}

/** A buffer that training changes; `next` is its value after the step. */
export interface StateSpec extends ParameterSpec {
  readonly next: KnownValue;
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
  readonly outputs: readonly TensorType[];
  /** Of its own: a layer that is applied again adds none. */
  readonly parameterCount: number;
  /** For one row of the batch. */
  readonly multiplyAdds: number;
}

/** The output of a network, and what went into its last activation. */
export interface NetworkOutput {
  readonly output: KnownValue;
  readonly activation?: { readonly name: ActivationName; readonly logits: KnownValue };
}

export interface Trace {
  /** By name; the only one of most networks is called `output`. */
  readonly outputs: Readonly<Record<string, NetworkOutput>>;
  readonly parameters: readonly ParameterSpec[];
  readonly states: readonly StateSpec[];
  readonly masks: readonly MaskSpec[];
  readonly layers: readonly LayerRecord[];
}

export interface TraceOptions {
  readonly inputs: Readonly<Record<string, TensorType>>;
  readonly isTraining: boolean;
  /** Puts a parameter or state into the graph under `spec.name`, which is `own` in the scope of its layer: as an input, or as an initializer. */
  place(spec: ParameterSpec, own: string): KnownValue;
}

export function trace(network: Forward, g: GraphBuilder, { inputs, isTraining, place }: TraceOptions): Trace {
  const parameters: ParameterSpec[] = [];
  const states = new Map<string, ParameterSpec>();
  /** Where each parameter and state stands now; a state moves on when it is replaced. */
  const values = new Map<string, KnownValue>();
  const masks: MaskSpec[] = [];
  const layers: LayerRecord[] = [];
  const counts = new Map<string, number>();
  const names = new Map<Layer<never, unknown>, string>();
  const activated = new Map<string, { name: ActivationName; logits: KnownValue }>();

  /** The value of this name, placed when it is asked for the first time. */
  const owned = (spec: ParameterSpec, own: string, remember: () => void): KnownValue => {
    const known = values.get(spec.name);
    if (known !== undefined) {
      if (String(known.type.shape) !== String(spec.shape)) throw otherShape(spec.name, known.type.shape, spec.shape);
      return known;
    }
    remember();
    const value = place(spec, own);
    values.set(spec.name, value);
    return value;
  };

  const contextOf = (name: string): LayerContext => ({
    g,
    name,
    isTraining,
    parameter(own, shape, initialise) {
      const spec = { name: within(name, own), shape, initialise };
      return owned(spec, own, () => parameters.push(spec));
    },
    buffer: (own, tensor) => g.initializer(own, tensor),
    state(own, shape, initialise) {
      const spec = { name: within(name, own), shape, initialise };
      return { value: owned(spec, own, () => states.set(spec.name, spec)), become: (next) => void values.set(spec.name, next) };
    },
    parameterOf(layer, own) {
      const value = values.get(`${names.get(layer)}/${own}`);
      if (value === undefined) throw notApplied(name, layer.kind, own);
      return value;
    },
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
    inner: (own, layer, ...inputs) => g.scope(own, () => layer.build(contextOf(within(name, own)), ...inputs)),
  });

  const nameOf = (layer: Layer<never, unknown>): string => {
    const known = layer.kind === '' ? '' : names.get(layer);
    if (known !== undefined) return known;
    const count = (counts.get(layer.kind) ?? 0) + 1;
    counts.set(layer.kind, count);
    const name = `${layer.kind}_${count}`;
    names.set(layer, name);
    return name;
  };

  const apply: Apply = (layer, ...inputs) => {
    const name = nameOf(layer);
    const [firstParameter, firstNode] = [parameters.length, g.nodeCount];
    const build = () => layer.build(contextOf(name), ...inputs);
    const y = name === '' ? build() : shapeAtFault(name, inputs, () => g.scope(name, build));
    layers.push({
      name,
      outputs: valuesIn(y).map(({ type: { dtype, shape } }) => ({ dtype, shape })),
      parameterCount: countParameters(parameters.slice(firstParameter)),
      multiplyAdds: g.nodesFrom(firstNode).reduce((sum, node) => sum + multiplyAdds(node, (value) => g.typeOf(value)?.shape), 0),
    });
    return y;
  };

  const given = Object.fromEntries(Object.entries(inputs).map(([name, type]) => [name, g.input(name, type)]));
  const returned = network.forward(apply, withRefusal(given), g);
  const outputs = Object.entries(isValue(returned) ? { output: returned } : returned).map(([name, output]) => {
    const activation = activated.get(output.name);
    return [name, { output, ...(activation && { activation }) }] as const;
  });
  return {
    outputs: Object.fromEntries(outputs),
    parameters,
    states: [...states.values()].map((spec) => ({ ...spec, next: values.get(spec.name) as KnownValue })),
    masks,
    layers,
  };
}

/** What a layer without a kind holds, such as a model from elsewhere, keeps the name that it came with. */
function within(layer: string, own: string): string {
  return layer === '' ? own : `${layer}/${own}`;
}

/** Trained values in all. */
export function countParameters(parameters: readonly { readonly shape: readonly number[] }[]): number {
  return parameters.reduce((total, { shape }) => total + shape.reduce((size, dim) => size * dim, 1), 0);
}

/** Reading an input that was not given names it, instead of handing out `undefined`. */
function withRefusal(inputs: Readonly<Record<string, KnownValue>>): Readonly<Record<string, KnownValue>> {
  return new Proxy(inputs, {
    get(target, name) {
      if (typeof name === 'symbol' || Object.hasOwn(target, name)) return Reflect.get(target, name);
      throw missingInput(name, Object.keys(target));
    },
  });
}
