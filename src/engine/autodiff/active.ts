/** @file What lies between the values differentiated by and the loss: only there are gradients needed. */

import type { Graph, Node } from '../graph/graph.ts';
import { readsOf } from '../graph/passes/rename.ts';
import { findOp } from '../ops/index.ts';

export interface Active {
  readonly nodes: ReadonlySet<Node>;
  /** Values that depend on wrt. */
  readonly values: ReadonlySet<string>;
}

/** Nodes through which the loss depends on wrt. Inputs without a derivative (indices, shapes, conditions) carry no dependence, nor do results that change only in jumps. */
export function activeNodes(graph: Graph, loss: string, wrt: readonly string[]): Active {
  const values = new Set(wrt);
  const reached = new Set<Node>();
  for (const node of graph.nodes) {
    if (!dependencesOf(node).some((name) => values.has(name))) continue;
    reached.add(node);
    const op = findOp(node);
    for (const [position, name] of node.outputs.entries()) if (name !== '' && !op?.isFlat(position)) values.add(name);
  }
  const needed = new Set([loss]);
  const nodes = new Set<Node>();
  for (const node of graph.nodes.toReversed()) {
    if (!reached.has(node) || !node.outputs.some((name) => needed.has(name))) continue;
    nodes.add(node);
    for (const name of dependencesOf(node)) if (values.has(name)) needed.add(name);
  }
  return { nodes, values };
}

/** What a node's results depend on. An operator that is not in the table is taken to depend on all it reads: an error later is better than a zero now. */
function dependencesOf(node: Node): string[] {
  const rule = findOp(node)?.rule;
  if (rule?.kind === 'flat') return [];
  return rule?.kind === 'gradient' ? node.inputs.filter((name, position) => name !== '' && rule.isDifferentiable(position)) : readsOf(node);
}
