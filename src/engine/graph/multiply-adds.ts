/**
 * @file How many multiplications, each with an addition, a node takes: what the cost of a network is counted in.
 *
 *     MatMul, Gemm           outputs · k                      k: the axis that is summed over
 *     Einsum                 product of the sizes of all letters
 *     Conv                   outputs · (C / group) · kernel
 *     ConvTranspose          inputs · (M / group) · kernel
 *     LSTM, GRU, RNN         steps · batch · (|W| + |R|)      |W|: the number of weights
 *
 * Everything else counts nothing. A size that has only a name, such as the batch, counts once: the figure is for one row.
 */

import type { Dim, Node } from './graph.ts';

/** `shapeOf` gives the shape of a value by name. */
export function multiplyAdds(node: Node, shapeOf: (value: string) => readonly Dim[] | undefined): number {
  const shape = (name: string | undefined): readonly Dim[] => shapeOf(name ?? '') ?? [];
  const [a = '', b = '', c = ''] = node.inputs;
  const Y = shape(node.outputs[0]);
  switch (node.opType) {
    case 'MatMul':
      return product(Y) * size(shape(a).at(-1));
    case 'Gemm':
      return product(Y) * size(shape(a).at(attributeOf(node, 'transA') === 1 ? 0 : 1));
    case 'Conv':
      return product(Y) * product(shape(b).slice(1));
    case 'ConvTranspose':
      return product(shape(a)) * product(shape(b).slice(1));
    case 'LSTM':
    case 'GRU':
    case 'RNN':
      return product(shape(a).slice(0, 2)) * (product(shape(b)) + product(shape(c)));
    case 'Einsum':
      return product([...lettersOf(node, shape).values()]);
    default:
      return 0;
  }
}

function product(dims: readonly Dim[]): number {
  return dims.reduce<number>((total, dim) => total * size(dim), 1);
}

function size(dim: Dim | undefined): number {
  return typeof dim === 'number' ? dim : 1;
}

function attributeOf({ attributes }: Node, name: string): unknown {
  const attribute = attributes.get(name);
  return attribute?.kind === 'int' ? Number(attribute.value) : attribute?.kind === 'string' ? attribute.value : undefined;
}

/** The size of every letter of an Einsum without an ellipsis, which counts as one row. */
function lettersOf(node: Node, shape: (name: string) => readonly Dim[]): Map<string, Dim> {
  const [terms = ''] = String(attributeOf(node, 'equation') ?? '').split('->');
  const letters = new Map<string, Dim>();
  terms.split(',').forEach((term, i) => {
    const own = shape(node.inputs[i] as string);
    [...term.replaceAll('.', '').trim()].forEach((letter, at, all) => {
      letters.set(letter, own[own.length - all.length + at] ?? 1);
    });
  });
  return letters;
}
