/** @file A network: layers in a row or as a function, their model as plain ONNX, their parameters, and a summary for people. */

import { MoatError } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Model, TensorType } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Layer } from './layer.ts';
import { summaryOf } from './summary.ts';
import { type Apply, type Forward, type Outputs, type ParameterSpec, type Trace, trace } from './trace.ts';

/** One input, which is then called `x`, or several by name. Sizes that vary have names; the first axis is `batch`. */
export type InputTypes = TensorType | Readonly<Record<string, TensorType>>;

export interface BuildOptions {
  readonly input: InputTypes;
  /** Keys the first values of the parameters. */
  readonly seed: number;
  /** Name of the graph's only output; `output` unless said otherwise. Several outputs have the names that the network gives them. */
  readonly outputName?: string;
  /** Trained values by name, of parameters and of states such as running means; those left out are initialised. */
  readonly parameters?: ReadonlyMap<string, Float32Array>;
}

export interface Network extends Forward {
  /** The model as plain ONNX: parameters as initializers, dropout left out, statistics fixed. */
  build(options: BuildOptions): Model;
  /** Names and shapes of what is trained, in the order of the layers. */
  parameters(input: InputTypes): readonly ParameterSpec[];
  /** Names and shapes of the buffers that training changes, such as running means. */
  states(input: InputTypes): readonly ParameterSpec[];
  /** A table of layers: output shapes, parameters, and multiply-adds for one row. */
  summary(input: InputTypes): string;
}

/** Layers one after the other, over a single input. @throws MoatError `NETWORK_EMPTY` */
export function sequential(layers: readonly Layer[]): Network {
  if (layers.length === 0) {
    throw new MoatError('a network needs layers', {
      code: 'NETWORK_EMPTY',
      why: 'the list of layers is empty',
      fix: 'give at least one, such as layers.dense({ units: 1 })',
    });
  }
  return network((apply, inputs) => {
    const [x, ...others] = Object.values(inputs);
    if (x === undefined || others.length > 0) {
      throw new MoatError(`a sequential network cannot read ${Object.keys(inputs).length} inputs`, {
        code: 'NETWORK_INPUTS',
        why: 'layers in a row have one beginning',
        fix: 'give one tensor as x, or write the network with network(…)',
      });
    }
    return layers.reduce((value, layer) => apply(layer, value), x);
  });
}

/**
 * A network written as a function of its inputs, for those with several inputs, branches or several outputs. `x` is the only input unless
 * their names are given: `network<'question' | 'answer'>((apply, { question, answer }, g) => …)`.
 */
export function network<Name extends string = 'x'>(
  forward: (apply: Apply, inputs: Readonly<Record<Name, KnownValue>>, g: GraphBuilder) => Outputs,
): Network {
  const own = { forward } as Forward;
  return {
    ...own,
    build({ input, seed, outputName = 'output', parameters }) {
      const g = new GraphBuilder({ name: 'network' });
      const random = createRandom(seed);
      const { outputs } = trace(own, g, {
        inputs: inputTypes(input),
        isTraining: false,
        place(spec, own) {
          const values = parameters?.get(spec.name) ?? spec.initialise(spec.shape, random.fork(spec.name));
          return g.initializer(own, tensorOf('float32', spec.shape, values));
        },
      });
      for (const [name, { output }] of Object.entries(outputs)) g.output(output, name === 'output' ? outputName : name);
      return g.model();
    },
    parameters: (input) => outline(own, input).parameters,
    states: (input) => outline(own, input).states.map(({ name, shape, initialise }) => ({ name, shape, initialise })),
    summary: (input) => summaryOf(outline(own, input)),
  };
}

/** Input types by name. */
export function inputTypes(input: InputTypes): Readonly<Record<string, TensorType>> {
  return isType(input) ? { x: input } : input;
}

/** The first value of every parameter, keyed by the seed and the parameter's name alone. */
export function initialValues(parameters: readonly ParameterSpec[], seed: number): Map<string, Float32Array> {
  const random = createRandom(seed);
  return new Map(parameters.map(({ name, shape, initialise }) => [name, initialise(shape, random.fork(name))]));
}

function isType(input: InputTypes): input is TensorType {
  return typeof input['dtype' as keyof InputTypes] === 'string';
}

/** The layers without values. */
function outline(own: Forward, input: InputTypes): Trace {
  const g = new GraphBuilder();
  const place = ({ name, shape }: ParameterSpec) => g.input(name, { dtype: 'float32', shape });
  return trace(own, g, { inputs: inputTypes(input), isTraining: false, place });
}
