/** @file Leaves out nodes and initializers that no output needs. */

import type { Graph, Node } from '../graph.ts';
import { readsOf } from './rename.ts';

export function dropDead(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of readsOf(node)) needed.add(name);
  }
  const nodes = kept.reverse();
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const initializers = new Map([...graph.initializers].filter(([name]) => needed.has(name) || inputs.has(name)));
  const types = new Map([...graph.types].filter(([name]) => made.has(name)));
  return { ...graph, nodes, initializers, types };
}
