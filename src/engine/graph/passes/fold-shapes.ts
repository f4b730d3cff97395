/** @file Replaces nodes whose result is known before running (shape arithmetic, constant indices) by that result. */

import type { Tensor } from '../../tensor/tensor.ts';
import type { Graph, Node } from '../graph.ts';
import { inferTypes } from '../infer.ts';
import { tensorOfContents } from '../known.ts';

export function foldShapes(graph: Graph): Graph {
  const known = inferTypes(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const folded = node.outputs.length === 1 ? fold(node.outputs[0] as string) : undefined;
    if (folded === undefined) nodes.push(node);
    else initializers.set(folded.name, folded.tensor);
  }
  return { ...graph, initializers, nodes };

  function fold(name: string): { name: string; tensor: Tensor } | undefined {
    const type = known.get(name);
    const tensor = type && !outputs.has(name) ? tensorOfContents(type) : undefined;
    return tensor && { name, tensor };
  }
}
