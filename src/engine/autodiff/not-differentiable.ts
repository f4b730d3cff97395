/** @file The refusal of a gradient through a node. */

import { MoatError } from '../errors.ts';
import type { Node } from '../graph/graph.ts';

export function notDifferentiable(node: Node, input: string, why: string): MoatError {
  return new MoatError(`no gradient through ${node.opType} node "${node.name}", by its input "${input}"`, {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why,
    fix: 'leave out of wrt what only reaches the loss through this node, or replace the node by differentiable operators',
  });
}
