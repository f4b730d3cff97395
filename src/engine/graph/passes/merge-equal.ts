/**
 * @file Computes equal expressions once: nodes with the same operator, inputs and attributes. When the later one asks for more outputs (the
 * indices of a MaxPool, the statistics of a LayerNormalization), the earlier one gives them too.
 */

import { findOp } from '../../ops/index.ts';
import type { AttributeSpec } from '../attributes.ts';
import type { Attribute, Graph, Node } from '../graph.ts';
import { renameInputs } from './rename.ts';

/** Operators that give another result each time. */
const random = new Set(['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike', 'Multinomial', 'Bernoulli', 'Dropout']);

/** Operators whose number of outputs is part of what they compute. */
const splits = new Set(['Split']);

export function mergeEqual(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const names = new Map<string, string>();
  const earlier = new Map<string, number>();
  const nodes: Node[] = [];
  for (const original of graph.nodes) {
    const node = renameInputs(original, names);
    const key = keyOf(node);
    const at = key === undefined ? undefined : earlier.get(key);
    const twin = at === undefined ? undefined : nodes[at];
    if (at === undefined || twin === undefined || node.outputs.some((name, i) => outputs.has(name) && (twin.outputs[i] ?? '') !== '')) {
      if (key !== undefined) earlier.set(key, nodes.length);
      nodes.push(node);
      continue;
    }
    const united = Array.from(
      { length: Math.max(twin.outputs.length, node.outputs.length) },
      (_, i) => twin.outputs[i] || node.outputs[i] || '',
    );
    nodes[at] = { ...twin, outputs: united };
    node.outputs.forEach((name, i) => {
      if (name !== '' && united[i] !== name) names.set(name, united[i] as string);
    });
  }
  return { ...graph, nodes };
}

/** Undefined for nodes that must stay apart: random ones, and those with sub-graphs or large constants, which are not worth comparing. */
function keyOf(node: Node): string | undefined {
  const specs = findOp(node)?.attributes;
  const attributes = [...node.attributes]
    .filter(([name, attribute]) => !saysDefault(attribute, specs?.[name]))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, attribute]) => `${name}=${showAttribute(attribute)}`);
  if (random.has(node.opType) || attributes.some((text) => text.endsWith('=?'))) return undefined;
  return JSON.stringify([node.domain, node.opType, node.inputs, splits.has(node.opType) ? node.outputs.length : 0, attributes]);
}

/** Whether leaving the attribute out would mean the same. */
function saysDefault(attribute: Attribute, spec: AttributeSpec | undefined): boolean {
  if (spec?.fallback === undefined || spec.kind !== attribute.kind) return false;
  if (attribute.kind === 'int') return Number(attribute.value) === spec.fallback;
  if (attribute.kind === 'float') return attribute.value === Math.fround(spec.fallback as number);
  return attribute.kind === 'string' && attribute.value === spec.fallback;
}

function showAttribute(attribute: Attribute): string {
  if (attribute.kind === 'graph' || attribute.kind === 'opaque') return '?';
  if (attribute.kind !== 'tensor') return `${attribute.kind}:${String(attribute.value)}`;
  const { dtype, shape, data } = attribute.value;
  return data.length > 64
    ? '?'
    : `${dtype}[${shape}]${Array.from(data as ArrayLike<unknown>, (item) => (Object.is(item, -0) ? '-0' : String(item)))}`;
}
