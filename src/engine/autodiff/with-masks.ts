/** @file Asks every Dropout that may drop for its mask, which its gradient needs and which cannot be drawn again. */

import type { Graph, Node } from '../graph/graph.ts';
import { Names } from '../graph/names.ts';

export function withMasks(graph: Graph): Graph {
  const names = new Names();
  names.take([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys(), ...graph.nodes.flatMap(({ outputs }) => outputs)]);
  const nodes = graph.nodes.map((node) =>
    lacksMask(node) ? { ...node, outputs: [node.outputs[0] as string, names.fresh(`${node.name}/mask`)] } : node,
  );
  return { ...graph, nodes };
}

function lacksMask({ opType, domain, inputs, outputs }: Node): boolean {
  return opType === 'Dropout' && domain === '' && (inputs[2] ?? '') !== '' && (outputs[1] ?? '') === '';
}
