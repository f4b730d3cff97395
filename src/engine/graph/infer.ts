/** @file Types of every value of a model, worked out from its inputs. */

import { inferNode } from '../ops/infer-node.ts';
import type { Dim, Graph, Model, TensorType } from './graph.ts';
import { type Known, knownOfTensor } from './known.ts';

/** The model with the types of its inner values and outputs filled in, as far as they can be told. */
export function inferShapes(model: Model): Model {
  const { graph } = model;
  const known = inferTypes(graph);
  const outputNames = new Set(graph.outputs.map(({ name }) => name));
  const types = new Map(graph.types);
  for (const name of graph.nodes.flatMap((node) => node.outputs)) {
    const type = known.get(name);
    if (type !== undefined && !outputNames.has(name)) types.set(name, { dtype: type.dtype, shape: type.shape });
  }
  const outputs = graph.outputs.map(({ name, type }) => {
    const found = known.get(name);
    return { name, type: found ? { dtype: found.dtype, shape: found.shape } : type };
  });
  return { ...model, graph: { ...graph, outputs, types } };
}

/** What can be known of every value of a graph, by name. Types that the model declares fill in what the rules cannot tell. */
export function inferTypes(graph: Graph): Map<string, Known> {
  const known = new Map<string, Known>();
  const declared = new Map(graph.types);
  for (const { name, type } of graph.outputs) if (type !== undefined) declared.set(name, type);
  for (const { name, type } of graph.inputs) {
    const named = type && withNames(type, name);
    if (named !== undefined) known.set(name, named);
  }
  // An initializer that is an input too is only its default: its elements are not known.
  for (const [name, tensor] of graph.initializers) if (!known.has(name)) known.set(name, knownOfTensor(tensor));
  for (const node of graph.nodes) {
    const types = inferNode(
      node,
      node.inputs.map((name) => (name === '' ? undefined : (known.get(name) ?? 'unknown'))),
    );
    node.outputs.forEach((name, i) => {
      const type = merge(types[i], declared.get(name), name);
      if (name !== '' && type !== undefined) known.set(name, type);
    });
  }
  return known;
}

/** A size that the rules leave open may be declared as a number. */
function merge(inferred: Known | undefined, declared: TensorType | undefined, name: string): Known | undefined {
  if (inferred === undefined) return declared && withNames(declared, name);
  const sizes = declared?.shape;
  if (sizes === undefined || sizes.length !== inferred.shape.length) return inferred;
  return {
    ...inferred,
    shape: inferred.shape.map((dim, axis) => (typeof dim === 'string' && typeof sizes[axis] === 'number' ? (sizes[axis] as Dim) : dim)),
  };
}

/** A declared size without a name gets one of its own. */
function withNames(type: TensorType, value: string): Known | undefined {
  return type.shape && { dtype: type.dtype, shape: type.shape.map((dim, axis) => (dim === '' ? `${value}:${axis}` : dim)) };
}
