/** @file Rules work on types: whatever the gradient's path reads and makes must have one. */

import { MoatError } from '../errors.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { inferTypes } from '../graph/infer.ts';
import { findOp } from '../ops/index.ts';
import { notDifferentiable } from './not-differentiable.ts';

/**
 * The error is about the node from which on nothing is known, not about the one that would have needed it.
 * @throws MoatError `GRADIENT_NOT_DIFFERENTIABLE` when that node lies on the path, else `GRAPH_RANK_UNKNOWN`
 */
export function requireTypes(graph: Graph, path: ReadonlySet<Node>): void {
  const known = inferTypes(graph);
  const untyped = new Set(graph.nodes.filter(({ outputs }) => outputs.some((name) => name !== '' && !known.has(name))));
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const above = (node: Node): Node | undefined =>
    node.inputs.map((name) => makers.get(name)).find((maker) => maker !== undefined && untyped.has(maker));
  for (const node of path) {
    let source = untyped.has(node) ? node : above(node);
    if (source === undefined) continue;
    for (let next = above(source); next !== undefined; next = above(next)) source = next;
    throw path.has(source) ? onPath(source) : besidePath(source);
  }
}

function onPath(node: Node): MoatError {
  const isControlFlow = node.opType === 'If' || node.opType === 'Loop' || node.opType === 'Scan';
  if (isControlFlow) {
    return notDifferentiable(
      node,
      node.inputs[0] ?? '',
      'its branch or number of trips is decided at run time; what is known before is written out',
    );
  }
  return findOp(node) === undefined ? notDifferentiable(node, node.inputs[0] ?? '', 'it has no gradient rule here') : besidePath(node);
}

function besidePath(node: Node): MoatError {
  return new MoatError(`the rank of "${node.outputs[0]}", made by ${node.opType} node "${node.name}", is not known`, {
    code: 'GRAPH_RANK_UNKNOWN',
    why: 'the gradient passes through a node that reads it, and its shape depends on this one',
    fix: 'run onnx.shape_inference on the model, or fix the sizes of its inputs',
  });
}
