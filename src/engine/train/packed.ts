/**
 * @file A step graph that reads all parameters as one tensor, and writes all gradients as one:
 *
 *     sections of the arena:  | W₁ | 0 | b₁ | 0 | W₂ | …          Split, Reshape going in; Reshape, Concat going out
 *
 * Every input and output of a call to the runtime costs some microseconds, which is most of the step of a small network; copying its
 * parameters inside the graph costs less.
 */

import type { Attribute, Graph, Model, Node } from '../graph/graph.ts';
import { int64s, tensorOf } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Arena } from './arena.ts';

/** Names that no parameter, input or target has. */
export const PARAMETERS = 'arena:parameters';
export const GRADIENTS = 'arena:gradients';

/** Copying so many values takes about as long as passing one tensor more. */
const VALUES_OF_A_TENSOR = 4096;

/** Whether copying costs less than what it saves. */
export function isWorthPacking({ length, parameters }: Pick<Arena, 'length' | 'parameters'>): boolean {
  return length <= VALUES_OF_A_TENSOR * Object.keys(parameters).length;
}

/** The model with one input and one output in the place of those of the arena's parameters. */
export function packed(model: Model, arena: Pick<Arena, 'length' | 'parameters' | 'groups'>): Model {
  const { graph } = model;
  const ranges = arena.groups.flatMap(({ tensors }) => tensors);
  const parts = Object.entries(arena.parameters).map(([name, { shape }], i) => {
    const size = product(shape);
    return { name, shape, size, rest: (ranges[i]?.length ?? size) - size };
  });
  const isOwn = new Set(parts.flatMap(({ name }) => [name, gradientOf(name)]));
  const initializers = new Map(graph.initializers);
  const constant = (tensor: Tensor): string => {
    const name = `arena:constant_${initializers.size}`;
    initializers.set(name, tensor);
    return name;
  };
  const type = { dtype: 'float32', shape: [arena.length] } as const;
  const sizes = parts.flatMap(({ size, rest }) => (rest === 0 ? [size] : [size, rest]));
  const pieces = parts.flatMap(({ name, rest }) => (rest === 0 ? [flat(name)] : [flat(name), `${flat(name)}/rest`]));
  const flatGradients = parts.flatMap(({ name, rest }) => {
    const own = flat(gradientOf(name));
    return rest === 0 ? [own] : [own, constant(tensorOf('float32', [rest]))];
  });
  const reshaped = (from: string, to: string, shape: readonly number[]): Node => node('Reshape', [from, constant(int64s(shape))], [to]);
  const nodes = [
    node('Split', [PARAMETERS, constant(int64s(sizes))], pieces),
    ...parts.map(({ name, shape }) => reshaped(flat(name), name, shape)),
    ...graph.nodes,
    ...parts.map(({ name, size }) => reshaped(gradientOf(name), flat(gradientOf(name)), [size])),
    node('Concat', flatGradients, [GRADIENTS], new Map([['axis', { kind: 'int', value: 0n }]])),
  ];
  const packedGraph: Graph = {
    ...graph,
    nodes,
    initializers,
    inputs: [{ name: PARAMETERS, type }, ...graph.inputs.filter(({ name }) => !isOwn.has(name))],
    outputs: [...graph.outputs.filter(({ name }) => !isOwn.has(name)), { name: GRADIENTS, type }],
  };
  return { ...model, graph: packedGraph };
}

const gradientOf = (name: string): string => `grad:${name}`;

const flat = (name: string): string => `arena:${name}`;

function node(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: ReadonlyMap<string, Attribute> = new Map(),
): Node {
  return { name: `arena:${opType}:${outputs[0]}`, opType, domain: '', inputs, outputs, attributes };
}
