/** @file The same network with its knowledge taken out: every weight keeps its numbers, in random order. */

import { createRandom, fineTune, type Model, type Tensor } from 'moatml/engine';

/** Each weight of more than one number shuffled within itself, so that sizes, means and spreads stay what they were. */
export function shuffled(model: Model, seed: number): Model {
  const random = createRandom(seed);
  const names = new Set(fineTune(model).weights.flatMap(({ name, role }) => (role === 'trained' ? [name] : [])));
  const shuffle = (name: string, tensor: Tensor): Tensor => {
    const data = tensor.data as Float32Array;
    const order = random.fork(name).permutation(data.length);
    return { ...tensor, data: Float32Array.from(order, (from) => data[from] as number) } as Tensor;
  };
  const initializers = new Map(
    [...model.graph.initializers].map(([name, tensor]) => [name, names.has(name) ? shuffle(name, tensor) : tensor]),
  );
  // Some exporters write weights as Constant nodes.
  const nodes = model.graph.nodes.map((node) => {
    const [name = ''] = node.outputs;
    const value = node.attributes.get('value');
    if (node.opType !== 'Constant' || !names.has(name) || value?.kind !== 'tensor') return node;
    return { ...node, attributes: new Map([['value', { kind: 'tensor', value: shuffle(name, value.value) } as const]]) };
  });
  return { ...model, graph: { ...model.graph, initializers, nodes } };
}
