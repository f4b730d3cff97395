/** @file Computes equal expressions once: nodes with the same operator, inputs and attributes. */

import type { Attribute, Graph, Node } from '../graph.ts';
import { renameInputs } from './rename.ts';

/** Operators that give another result each time. */
const random = new Set(['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike', 'Multinomial', 'Bernoulli', 'Dropout']);

export function mergeEqual(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const names = new Map<string, string>();
  const earlier = new Map<string, Node>();
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    const node = renameInputs(original, names);
    const key = keyOf(node);
    const twin = key === undefined || node.outputs.some((name) => outputs.has(name)) ? undefined : earlier.get(key);
    if (twin === undefined) {
      nodes.push(node);
      if (key !== undefined) earlier.set(key, node);
    } else {
      node.outputs.forEach((name, i) => {
        names.set(name, twin.outputs[i] as string);
      });
    }
  }
  return { ...graph, nodes };
}

/** Undefined for nodes that must stay apart: random ones, and those with sub-graphs or large constants, which are not worth comparing. */
function keyOf(node: Node): string | undefined {
  const attributes = [...node.attributes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, attribute]) => `${name}=${showAttribute(attribute)}`);
  if (random.has(node.opType) || attributes.some((text) => text.endsWith('=?'))) return undefined;
  return JSON.stringify([node.domain, node.opType, node.inputs, node.outputs.map((name) => name !== ''), attributes]);
}

function showAttribute(attribute: Attribute): string {
  if (attribute.kind === 'graph' || attribute.kind === 'opaque') return '?';
  if (attribute.kind !== 'tensor') return `${attribute.kind}:${String(attribute.value)}`;
  const { dtype, shape, data } = attribute.value;
  return data.length > 64
    ? '?'
    : `${dtype}[${shape}]${Array.from(data as ArrayLike<unknown>, (item) => (Object.is(item, -0) ? '-0' : String(item)))}`;
}
