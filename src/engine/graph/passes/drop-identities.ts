/** @file Lets readers of an Identity read its source. */

import type { Graph, Node } from '../graph.ts';
import { renameInputs } from './rename.ts';

export function dropIdentities(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const sources = new Map<string, string>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const renamed = renameInputs(node, sources);
    const [from, to] = [renamed.inputs[0], renamed.outputs[0]];
    if (node.opType === 'Identity' && node.domain === '' && from !== undefined && to !== undefined && !outputs.has(to))
      sources.set(to, from);
    else nodes.push(renamed);
  }
  return { ...graph, nodes };
}
