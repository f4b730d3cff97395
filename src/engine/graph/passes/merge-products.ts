/**
 * @file Adds up products that share their shapes inside one larger product:
 *
 *     A₁ᵀ·B₁ + A₂ᵀ·B₂ + …  =  [A₁; A₂; …]ᵀ · [B₁; B₂; …]
 *
 * The gradient of a weight that is used at every step of a sequence is such a sum, and one large product is many times faster than many small.
 */

import type { Attribute, Graph, Node } from '../graph.ts';
import { Names } from '../names.ts';

/** Two products are faster apart than together with the copying. */
const FEWEST = 3;

export function mergeProducts(graph: Graph): Graph {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const uses = countUses(graph);
  const names = new Names();
  names.take([
    ...makers.keys(),
    ...graph.initializers.keys(),
    ...graph.inputs.map(({ name }) => name),
    ...graph.nodes.map(({ name }) => name),
  ]);
  const nodes = graph.nodes.flatMap((node) => {
    const products = node.opType === 'Sum' && node.domain === '' ? node.inputs.map((name) => makers.get(name)) : [];
    const mergeable = products.filter(
      (product) => product !== undefined && isPlainProduct(product) && uses.get(product.outputs[0] as string) === 1,
    ) as Node[];
    return mergeable.length < FEWEST || mergeable.length < products.length ? [node] : merged(node, mergeable, names);
  });
  return { ...graph, nodes };
}

function merged(sum: Node, products: readonly Node[], names: Names): Node[] {
  const stack = (operand: 0 | 1): Node => {
    const name = names.fresh(`${sum.name}/${operand === 0 ? 'a' : 'b'}`);
    return {
      name,
      opType: 'Concat',
      domain: '',
      inputs: products.map(({ inputs }) => inputs[operand] as string),
      outputs: [name],
      attributes: along,
    };
  };
  const [a, b] = [stack(0), stack(1)];
  const inputs = [a.outputs[0] as string, b.outputs[0] as string];
  return [a, b, { name: sum.name, opType: 'Gemm', domain: '', inputs, outputs: sum.outputs, attributes: transposed }];
}

const along: ReadonlyMap<string, Attribute> = new Map([['axis', { kind: 'int', value: 0n }]]);
const transposed: ReadonlyMap<string, Attribute> = new Map([['transA', { kind: 'int', value: 1n }]]);

/** Aᵀ·B and nothing else. */
function isPlainProduct({ opType, domain, inputs, attributes }: Node): boolean {
  const number = (name: string, fallback: number): number =>
    Number((attributes.get(name) as { value: bigint | number } | undefined)?.value ?? fallback);
  const isPlain = number('transA', 0) === 1 && number('transB', 0) === 0 && number('alpha', 1) === 1;
  return opType === 'Gemm' && domain === '' && inputs.length === 2 && isPlain;
}

function countUses(graph: Graph): Map<string, number> {
  const uses = new Map<string, number>();
  for (const name of [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map((output) => output.name)])
    uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}
