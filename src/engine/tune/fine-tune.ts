/** @file `fineTune`: a model from elsewhere as a network that `fit` trains and that is saved as plain ONNX again. */

import { MoatError } from '../errors.ts';
import type { Dim, Model, TensorType, Value } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { type InputTypes, type Layer, type LayerContext, type Network, network } from '../nn/index.ts';
import { type BuildOptions, initialValues, inputTypes } from '../nn/network.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Adapter, type AdapterOptions, adapterOf, merged } from './adapters.ts';
import { openForeign } from './foreign.ts';
import { chosen, type NamePattern } from './patterns.ts';
import { weightsOf } from './roles.ts';
import { tuneSummary, type WeightRecord } from './summary.ts';
import { type ForeignPlan, writeForeign } from './write-foreign.ts';

export interface FineTuneOptions {
  /** The value at which the model is cut, or several that become outputs: names from `printGraph(model)`. Its own outputs unless said otherwise. */
  readonly at?: string | readonly string[];
  /** Layers that go on from there, or from the first of several. */
  readonly head?: readonly Layer[];
  /** Weights that stay as they are. All others are trained. */
  readonly freeze?: NamePattern;
  /** Low-rank adapters, which are trained in place of the weights that they stand beside. */
  readonly adapters?: AdapterOptions;
}

export interface FineTunedNetwork extends Network {
  /** The float tensors of the model, and what becomes of each. */
  readonly weights: readonly WeightRecord[];
  /** What is trained, what is not, and how many numbers that is. The sizes are those that the model declares unless others are given. */
  summary(input?: InputTypes): string;
  /** Like `build`, with the adapters as nodes of their own instead of merged into their weights. */
  buildAdapted(options: BuildOptions): Model;
}

/**
 * A network made of a model that some framework exported. Training it needs inputs by the model's own names, or one tensor where there is one input.
 * What `fit` saves is plain ONNX of the same operators, followed by those of the head, with the adapters merged into their weights.
 * @throws MoatError `TUNE_…` naming what the model does not have or cannot do, `ONNX_UPGRADE`
 */
export function fineTune(model: Model, options: FineTuneOptions = {}): FineTunedNetwork {
  const { at, head = [], freeze = [], adapters } = options;
  const cuts = at === undefined ? undefined : [at].flat();
  const { model: foreign, constants } = openForeign(
    model,
    head.length === 0 ? cuts : (cuts ?? model.graph.outputs.map(({ name }) => name)).slice(0, 1),
  );
  const { graph } = foreign;
  const weights = weightsOf(graph, constants);
  const names = [...weights.keys()];
  const frozen = chosen(freeze, names, 'freeze');
  const withAdapter = adapters === undefined ? new Set<string>() : chosen(adapters.weights, names, 'adapters');
  const byWeight = new Map<string, Adapter>();
  for (const name of withAdapter) byWeight.set(name, adapterOf(graph, name, weights.get(name) as Tensor, adapters as AdapterOptions));
  const trained = new Map([...weights].filter(([name]) => !frozen.has(name) && !byWeight.has(name)));
  const isWhole = head.length === 0;

  const training = networkOf({ graph, trained, adapters: byWeight, isWhole }, head);
  // Where adapters are merged, their weights are numbers like any other.
  const all = new Map([...weights].filter(([name]) => trained.has(name) || byWeight.has(name)));
  const plain = networkOf({ graph, trained: all, adapters: new Map(), isWhole }, head);

  const valuesOf = ({ input, seed, parameters = new Map() }: BuildOptions): Map<string, Float32Array> => {
    const first = initialValues(training.parameters(input), seed);
    return new Map([...first, ...parameters]);
  };
  const buildWith = (own: Network, options: BuildOptions, parameters: ReadonlyMap<string, Float32Array>): Model => {
    const outputName = options.outputName ?? (isWhole ? graph.outputs[0]?.name : undefined) ?? 'output';
    const build = (input: InputTypes): Model => own.build({ ...options, input, outputName, parameters });
    const built = buildFor(graph.inputs, options.input, build);
    return { ...built, producer: foreign.producer, metadata: foreign.metadata, graph: { ...built.graph, name: graph.name } };
  };
  const records = recordsOf(graph.initializers, weights, (name) =>
    byWeight.has(name) ? 'adapted' : trained.has(name) ? 'trained' : 'frozen',
  );
  return {
    ...training,
    weights: records,
    build(options) {
      const values = valuesOf(options);
      for (const [name, adapter] of byWeight) {
        const [a, b] = [values.get(adapter.A.name), values.get(adapter.B.name)] as [Float32Array, Float32Array];
        values.set(name, merged(adapter, (weights.get(name) as Tensor<'float32'>).data, a, b));
      }
      return buildWith(plain, options, values);
    },
    buildAdapted: (options) => buildWith(training, options, valuesOf(options)),
    summary(input = declaredTypes(graph.inputs)) {
      return tuneSummary(records, training.parameters(input));
    },
  };
}

/** The model with its head as a network of ours. */
function networkOf(plan: ForeignPlan, head: readonly Layer[]): Network {
  const layer = (inputs: Readonly<Record<string, KnownValue>>): Layer<readonly [], KnownValue | Readonly<Record<string, KnownValue>>> => ({
    kind: '',
    build(context) {
      const outputs = writeForeign(plan, context, byForeignName(plan.graph.inputs, inputs));
      const [first] = outputs as [KnownValue];
      if (head.length > 0) return withHead(context, head, first);
      return outputs.length === 1 ? first : Object.fromEntries(plan.graph.outputs.map(({ name }, i) => [name, outputs[i] as KnownValue]));
    },
  });
  return network<string>((apply, inputs) => apply(layer(inputs)));
}

function withHead(context: LayerContext, head: readonly Layer[], x: KnownValue): KnownValue {
  const counts = new Map<string, number>();
  return head.reduce((value, layer) => {
    const count = (counts.get(layer.kind) ?? 0) + 1;
    counts.set(layer.kind, count);
    return context.inner(`head/${layer.kind}_${count}`, layer, value);
  }, x);
}

/** One tensor without a name stands for the only input. */
function byForeignName(foreign: readonly Value[], inputs: Readonly<Record<string, KnownValue>>): Map<string, KnownValue> {
  const given = Object.entries(inputs);
  const [only, ...others] = foreign;
  const named = new Map(given);
  const values =
    only !== undefined && others.length === 0 && given.length === 1 ? new Map([[only.name, given[0]?.[1] as KnownValue]]) : named;
  const missing = foreign.filter(({ name }) => !values.has(name));
  if (missing.length > 0 || values.size !== foreign.length)
    throw otherInputs(
      foreign,
      given.map(([name]) => name),
    );
  for (const { name, type } of foreign) {
    const value = values.get(name) as KnownValue;
    const isFit =
      type === undefined ||
      (type.dtype === value.type.dtype && (type.shape?.length ?? value.type.shape.length) === value.type.shape.length);
    if (!isFit) throw otherInputs(foreign, [name]);
  }
  return values;
}

/**
 * Sizes that the model leaves open stay open in what is saved; where the head needs one of them as a number, all but the batch are those that it was
 * trained with.
 */
function buildFor(foreign: readonly Value[], given: InputTypes, build: (input: InputTypes) => Model): Model {
  const types = Object.values(inputTypes(given));
  const open = foreign.map(({ name, type }, i) => [name, openType(type, types[i] as TensorType)] as const);
  try {
    return build(Object.fromEntries(open));
  } catch (error) {
    if (!(error instanceof MoatError) || error.code !== 'LAYER_SIZE_UNKNOWN') throw error;
    return build(Object.fromEntries(foreign.map(({ name }, i) => [name, types[i] as TensorType])));
  }
}

/** As declared; the batch as given, which may be open where the model declares a number. */
function openType(declared: TensorType | undefined, given: TensorType): TensorType {
  const { shape } = declared ?? {};
  if (shape === undefined) return given;
  return {
    dtype: given.dtype,
    shape: shape.map((dim, axis): Dim => (axis === 0 && typeof dim === 'number' ? (given.shape?.[0] ?? dim) : dim)),
  };
}

function declaredTypes(foreign: readonly Value[]): InputTypes {
  return Object.fromEntries(foreign.map(({ name, type }) => [name, type ?? { dtype: 'float32', shape: undefined }]));
}

function recordsOf(
  initializers: ReadonlyMap<string, Tensor>,
  weights: ReadonlyMap<string, Tensor>,
  roleOf: (name: string) => WeightRecord['role'],
): WeightRecord[] {
  const floats = [...initializers].filter(([, { dtype }]) => dtype === 'float32' || dtype === 'float64');
  return floats.map(([name, { shape }]) => ({ name, shape, role: weights.has(name) ? roleOf(name) : 'constant' }));
}

function otherInputs(foreign: readonly Value[], given: readonly string[]): MoatError {
  const show = ({ name, type }: Value): string => `"${name}" as ${type?.dtype ?? 'any dtype'}[${type?.shape?.join(', ') ?? '…'}]`;
  return new MoatError(`the batches do not have the inputs of the model (${given.map((name) => `"${name}"`).join(', ')} given)`, {
    code: 'TUNE_INPUTS',
    why: `the model reads ${foreign.map(show).join(' and ')}`,
    fix: 'give x as tensors by these names, or as one tensor where there is one input, with this dtype and number of axes',
  });
}
