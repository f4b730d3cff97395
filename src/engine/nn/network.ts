/** @file A network: layers in a row, their model as plain ONNX, their parameters, and a summary for people. */

import { MoatError } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { showType } from '../graph/dims.ts';
import type { Model, TensorType } from '../graph/graph.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Layer } from './layer.ts';
import { countParameters, type Forward, type ParameterSpec, type Trace, trace } from './trace.ts';

/** One input, which is then called `x`, or several by name. Sizes that vary have names; the first axis is `batch`. */
export type InputTypes = TensorType | Readonly<Record<string, TensorType>>;

export interface BuildOptions {
  readonly input: InputTypes;
  /** Keys the first values of the parameters. */
  readonly seed: number;
  /** Name of the graph's output; `output` unless said otherwise. */
  readonly outputName?: string;
  /** Trained values by parameter name; those left out are initialised. */
  readonly parameters?: ReadonlyMap<string, Float32Array>;
}

export interface Network extends Forward {
  /** The model as plain ONNX: parameters as initializers, dropout left out. */
  build(options: BuildOptions): Model;
  /** Names and shapes of what is trained, in the order of the layers. */
  parameters(input: InputTypes): readonly ParameterSpec[];
  /** A table of layers, output shapes and parameter counts. */
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

/** A network written as a function of its inputs, for those with several inputs or branches. */
export function network(forward: Forward['forward']): Network {
  const own: Forward = { forward };
  return {
    forward,
    build({ input, seed, outputName = 'output', parameters }) {
      const g = new GraphBuilder({ name: 'network' });
      const random = createRandom(seed);
      const { output } = trace(own, g, {
        inputs: inputTypes(input),
        isTraining: false,
        place(spec, own) {
          const values = parameters?.get(spec.name) ?? spec.initialise(spec.shape, random.fork(spec.name));
          return g.initializer(own, tensorOf('float32', spec.shape, values));
        },
      });
      g.output(output, outputName);
      return g.model();
    },
    parameters: (input) => outline(own, input).parameters,
    summary(input) {
      const { layers, parameters } = outline(own, input);
      const rows = layers.map(({ name, output, parameterCount }) => [name, showType(output), parameterCount.toLocaleString('en-US')]);
      const total = ['total', '', countParameters(parameters).toLocaleString('en-US')];
      return table([['layer', 'output', 'parameters'], ...rows, total]);
    },
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

/** Columns set apart by two spaces; the last one, numbers, is aligned right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 2 ? cell.padStart(widths[2] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ');
  return rows.map(line).join('\n');
}
