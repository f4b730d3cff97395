/** @file Turns initializers into inputs, so that their values can change from run to run. */

import type { Model } from '../graph/graph.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The model with the named initializers as inputs, and the values that they had. Names that are inputs already stay. */
export function asInputs(model: Model, names: readonly string[]): { model: Model; values: Record<string, Tensor> } {
  const { graph } = model;
  const isInput = new Set(graph.inputs.map(({ name }) => name));
  const moving = new Set(names.filter((name) => graph.initializers.has(name)));
  const values: Record<string, Tensor> = Object.create(null) as Record<string, Tensor>;
  for (const name of moving) values[name] = graph.initializers.get(name) as Tensor;
  const added = [...moving].filter((name) => !isInput.has(name)).map((name) => ({ name, type: typeOf(values[name] as Tensor) }));
  const initializers = new Map([...graph.initializers].filter(([name]) => !moving.has(name)));
  return { model: { ...model, graph: { ...graph, inputs: [...graph.inputs, ...added], initializers } }, values };
}

function typeOf({ dtype, shape }: Tensor): { dtype: Tensor['dtype']; shape: readonly number[] } {
  return { dtype, shape };
}
