/** @file Puts the nodes of a sub-graph into the graph around it, under names of their own. */

import type { Tensor } from '../../tensor/tensor.ts';
import type { Graph, Node } from '../graph.ts';
import type { Names } from '../names.ts';
import { renameInputs } from './rename.ts';

export interface Inlined {
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** What the sub-graph's outputs are called outside. */
  readonly outputs: readonly string[];
}

/** @param inputs what the sub-graph's inputs are called outside, in their order */
export function inline(body: Graph, inputs: readonly string[], prefix: string, names: Names): Inlined {
  const renamed = new Map(body.inputs.map(({ name }, i) => [name, inputs[i] as string]));
  const own = [...body.initializers.keys(), ...body.nodes.flatMap((node) => node.outputs)];
  for (const name of own) if (name !== '' && !renamed.has(name)) renamed.set(name, names.fresh(`${prefix}/${name}`));
  const rename = (name: string): string => renamed.get(name) ?? name;
  return {
    nodes: body.nodes.map((node) => ({
      ...renameInputs(node, renamed),
      name: names.fresh(`${prefix}/${node.name}`),
      outputs: node.outputs.map(rename),
    })),
    initializers: new Map([...body.initializers].map(([name, tensor]) => [rename(name), tensor])),
    outputs: body.outputs.map(({ name }) => rename(name)),
  };
}
