/**
 * @file Takes the maximum before the relu where a graph takes it after:
 *
 *     MaxPool(Relu(x)) = Relu(MaxPool(x))
 *
 * Both keep the order of numbers, so the values are the same to the bit, and so are the gradients: where a window holds a positive number its
 * first maximum is the same on both sides, elsewhere both are 0. The relu and its gradient then work on as many elements as there are windows.
 */

import type { Graph, Node } from '../graph.ts';
import { readsOf } from './rename.ts';

/** @param kept names of values that must stay what they are, beside the outputs */
export function poolBeforeRelu(graph: Graph, kept: readonly string[]): Graph {
  const fixed = new Set([...kept, ...graph.outputs.map(({ name }) => name)]);
  const reads = new Map<string, number>();
  for (const name of graph.nodes.flatMap(readsOf)) reads.set(name, (reads.get(name) ?? 0) + 1);
  const relus = new Map(graph.nodes.filter(isRelu).map((node) => [node.outputs[0] as string, node]));
  const types = new Map(graph.types);
  const swapped = new Set<Node>();
  const nodes = graph.nodes.flatMap((pool) => {
    const between = pool.inputs[0] as string;
    const relu = relus.get(between);
    if (!isMaxPool(pool) || relu === undefined || fixed.has(between) || reads.get(between) !== 1) return [pool];
    swapped.add(relu);
    types.delete(between);
    return [
      { ...pool, inputs: relu.inputs, outputs: [between] },
      { ...relu, inputs: [between], outputs: pool.outputs },
    ];
  });
  return swapped.size === 0 ? graph : { ...graph, types, nodes: nodes.filter((node) => !swapped.has(node)) };
}

function isRelu({ opType, domain }: Node): boolean {
  return opType === 'Relu' && domain === '';
}

/** The indices of the maxima would not be the same: among negative numbers the relu makes the first the largest. */
function isMaxPool({ opType, domain, outputs }: Node): boolean {
  return opType === 'MaxPool' && domain === '' && (outputs[1] ?? '') === '';
}
