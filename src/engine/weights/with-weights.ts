/** @file A network that begins with weights from elsewhere, found by name, instead of random ones. */

import { MoatError } from '../errors.ts';
import { showShape } from '../graph/dims.ts';
import { didYouMean } from '../nearest.ts';
import type { BuildOptions, InputTypes, Network } from '../nn/network.ts';
import type { ParameterSpec } from '../nn/trace.ts';
import { asFloat32 } from '../tensor/float16.ts';
import { product } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Where a parameter finds its values: a name among the weights, and whether the matrix there is the transpose. */
export type WeightSource = string | { readonly name: string; readonly transposed: boolean };

export interface WeightsOptions {
  /** By parameter name of the network; a parameter that is not named looks for its own name. */
  readonly names?: Readonly<Record<string, WeightSource>>;
  /** Lets parameters that find nothing begin as they would without weights; refused unless said so. */
  readonly partial?: boolean;
}

/**
 * The network with the first values of its parameters and states taken from `weights` (such as the tensors of `readSafetensors`), converted to float32.
 * `fit` goes on from them, and `build` makes the model of them. They are looked up when the shape of the input is known.
 * @throws MoatError `WEIGHTS_MISSING`, `WEIGHTS_SHAPE`, `WEIGHTS_UNKNOWN_PARAMETER` when `names` has one that the network lacks
 */
export function withWeights(network: Network, weights: ReadonlyMap<string, Tensor>, options: WeightsOptions = {}): Network {
  const valuesOf = (input: InputTypes): Map<string, Float32Array> => {
    const specs = [...network.parameters(input), ...network.states(input)];
    requireKnown(specs, Object.keys(options.names ?? {}));
    const found = specs.map((spec) => [spec.name, valuesFor(spec, weights, options)] as const);
    return new Map(found.filter((entry): entry is readonly [string, Float32Array] => entry[1] !== undefined));
  };
  const beginningAt = (specs: readonly ParameterSpec[], input: InputTypes): ParameterSpec[] => {
    const values = valuesOf(input);
    return specs.map((spec) => {
      const own = values.get(spec.name);
      return own === undefined ? spec : { ...spec, initialise: () => Float32Array.from(own) };
    });
  };
  return {
    ...network,
    parameters: (input) => beginningAt(network.parameters(input), input),
    states: (input) => beginningAt(network.states(input), input),
    build: (build: BuildOptions) =>
      network.build({ ...build, parameters: new Map([...valuesOf(build.input), ...(build.parameters ?? [])]) }),
  };
}

function valuesFor(spec: ParameterSpec, weights: ReadonlyMap<string, Tensor>, { names = {}, partial = false }: WeightsOptions) {
  const source: WeightSource = Object.hasOwn(names, spec.name) ? (names[spec.name] as WeightSource) : spec.name;
  const { name, transposed } = typeof source === 'string' ? { name: source, transposed: false } : source;
  const tensor = weights.get(name);
  if (tensor === undefined) {
    if (partial) return undefined;
    throw missing(spec.name, name, weights.keys());
  }
  const shape = transposed ? tensor.shape.toReversed() : tensor.shape;
  const values = asFloat32(tensor)?.data;
  if (values === undefined || !sameSizes(shape, spec.shape) || (transposed && shape.length !== 2)) throw misfit(spec, name, tensor);
  return transposed ? transpose(values, tensor.shape as [number, number]) : values;
}

function transpose(values: Float32Array, [rows, columns]: readonly [number, number]): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)] as number);
}

/** Axes of size 1 may come or go: ONNX's LSTM keeps one for the direction that others leave out. */
function sameSizes(found: readonly number[], wanted: readonly number[]): boolean {
  const wide = (shape: readonly number[]): string => String(shape.filter((size) => size !== 1));
  return product(found) === product(wanted) && wide(found) === wide(wanted);
}

function requireKnown(specs: readonly ParameterSpec[], named: readonly string[]): void {
  const known = specs.map(({ name }) => name);
  const unknown = named.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new MoatError(`the network has no parameter "${unknown}"`, {
    code: 'WEIGHTS_UNKNOWN_PARAMETER',
    why: 'names maps parameters of the network to names among the weights',
    fix: didYouMean(unknown, known),
  });
}

function missing(parameter: string, name: string, known: Iterable<string>): MoatError {
  return new MoatError(`there are no weights for the parameter "${parameter}"`, {
    code: 'WEIGHTS_MISSING',
    why: `nothing among the weights is called "${name}"`,
    fix: `map it with names: { "${parameter}": … }, or allow it with partial: true; ${didYouMean(name, known)}`,
  });
}

function misfit({ name, shape }: ParameterSpec, source: string, tensor: Tensor): MoatError {
  const isTranspose = tensor.shape.length === 2 && String(tensor.shape.toReversed()) === String(shape);
  return new MoatError(`the weights "${source}" do not fit the parameter "${name}"`, {
    code: 'WEIGHTS_SHAPE',
    why: `they are ${tensor.dtype}${showShape(tensor.shape)}, and the parameter is float32${showShape(shape)}`,
    fix: isTranspose
      ? `say names: { "${name}": { name: "${source}", transposed: true } }: PyTorch's Linear keeps the transpose`
      : 'check the sizes of the layer, or map the parameter to another name',
  });
}
