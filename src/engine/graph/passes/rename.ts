/** @file Lets a node read other values, also inside its sub-graphs. */

import type { Attribute, Graph, Node } from '../graph.ts';

/** The node with the inputs that have a new name in `names` renamed. */
export function renameInputs(node: Node, names: ReadonlyMap<string, string>): Node {
  if (names.size === 0) return node;
  const inputs = node.inputs.map((name) => names.get(name) ?? name);
  const hasGraph = [...node.attributes.values()].some(({ kind }) => kind === 'graph');
  if (!hasGraph) return inputs.every((name, i) => name === node.inputs[i]) ? node : { ...node, inputs };
  const attributes = new Map([...node.attributes].map(([name, attribute]) => [name, renameAttribute(attribute, names)]));
  return { ...node, inputs, attributes };
}

/** The graph with some of the values that its nodes make under other names, wherever they are made and read. */
export function renameValues(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const rename = (name: string): string => names.get(name) ?? name;
  return {
    ...graph,
    // A node may be named after its value.
    nodes: graph.nodes.map((node) => ({ ...renameInputs(node, names), name: rename(node.name), outputs: node.outputs.map(rename) })),
    outputs: graph.outputs.map((output) => ({ ...output, name: rename(output.name) })),
    types: new Map([...graph.types].map(([name, type]) => [rename(name), type])),
  };
}

/** Names that a node reads, including those that its sub-graphs read from outside. */
export function readsOf(node: Node): string[] {
  const inner = [...node.attributes.values()].flatMap((attribute) => (attribute.kind === 'graph' ? freeNames(attribute.value) : []));
  return [...node.inputs.filter((name) => name !== ''), ...inner];
}

function renameAttribute(attribute: Attribute, names: ReadonlyMap<string, string>): Attribute {
  return attribute.kind === 'graph' ? { kind: 'graph', value: renameGraph(attribute.value, names) } : attribute;
}

function renameGraph(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const own = ownNames(graph);
  const visible = new Map([...names].filter(([name]) => !own.has(name)));
  const outputs = graph.outputs.map((output) => ({ ...output, name: visible.get(output.name) ?? output.name }));
  return { ...graph, outputs, nodes: graph.nodes.map((node) => renameInputs(node, visible)) };
}

function freeNames(graph: Graph): string[] {
  const own = ownNames(graph);
  const read = [...graph.nodes.flatMap(readsOf), ...graph.outputs.map(({ name }) => name)];
  return read.filter((name) => !own.has(name));
}

function ownNames(graph: Graph): Set<string> {
  return new Set([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys(), ...graph.nodes.flatMap((node) => node.outputs)]);
}
