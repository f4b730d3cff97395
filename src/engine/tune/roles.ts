/** @file What the float tensors of a model are: weights that training may change, or constants that it must not. */

import type { Graph, Node } from '../graph/graph.ts';
import { readsOf } from '../graph/passes/rename.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Inputs that are settings or statistics, by operator and position: they are not what a model has learned by gradients. */
const constantSlots: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [3, 4],
  Clip: [1, 2],
  Dropout: [1],
  GRU: [5],
  LSTM: [5, 6],
  OneHot: [2],
  Pad: [2],
  Range: [0, 1, 2],
  Resize: [1, 2],
  RNN: [5],
};

/** No trained weight is as large: an attention mask holds −∞ or the lowest number there is. */
const LARGEST_WEIGHT = 1e9;

/** Float32 initializers of more than one element that some node reads as a weight, in the order in which they are read; none of `constants`. */
export function weightsOf(graph: Graph, constants: ReadonlySet<string>): Map<string, Tensor<'float32'>> {
  const weights = new Map<string, Tensor<'float32'>>();
  for (const node of graph.nodes) {
    for (const name of readAsWeights(node)) {
      const tensor = graph.initializers.get(name);
      if (tensor?.dtype !== 'float32' || tensor.data.length < 2 || constants.has(name)) continue;
      if (tensor.data.every((value) => Math.abs(value) < LARGEST_WEIGHT)) weights.set(name, tensor);
    }
  }
  return weights;
}

/** Nodes that read a value, and at which place. */
export function readersOf(graph: Graph, name: string): { readonly node: Node; readonly position: number }[] {
  return graph.nodes.flatMap((node) => node.inputs.flatMap((read, position) => (read === name ? [{ node, position }] : [])));
}

function readAsWeights(node: Node): string[] {
  const constant = node.domain === '' ? (constantSlots[node.opType] ?? []) : [];
  const inner = readsOf(node).slice(node.inputs.filter((name) => name !== '').length);
  return [...node.inputs.filter((_, position) => !constant.includes(position)), ...inner];
}
