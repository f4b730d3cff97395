/** @file Puts the bodies of a model's own functions in place of their calls, also inside sub-graphs and inside one another. */

import { MoatError } from '../../errors.ts';
import type { Attribute, Graph, LocalFunction, Model, Node } from '../graph.ts';
import { Names } from '../names.ts';
import { inline } from './inline.ts';

/** Deeper calls are a function that calls itself. */
const DEEPEST_CALL = 32;

export function inlineFunctions({ graph, functions }: Pick<Model, 'graph' | 'functions'>): Graph {
  if (functions.length === 0) return graph;
  const byName = new Map(functions.map((each) => [`${each.domain}.${each.name}`, each]));
  const names = new Names();
  names.take(allNames(graph));
  return written(graph, { byName, names });
}

interface Context {
  readonly byName: ReadonlyMap<string, LocalFunction>;
  readonly names: Names;
}

function written(graph: Graph, context: Context): Graph {
  let { nodes, initializers } = graph;
  for (let depth = 0; nodes.some((node) => functionOf(node, context) !== undefined); depth++) {
    if (depth === DEEPEST_CALL) throw recursive(nodes.find((node) => functionOf(node, context) !== undefined) as Node);
    const added = new Map(initializers);
    nodes = nodes.flatMap((node) => {
      const called = functionOf(node, context);
      return called === undefined ? [node] : body(node, called, context, added);
    });
    initializers = added;
  }
  return { ...graph, initializers, nodes: nodes.map((node) => withInner(node, context)) };
}

/** The nodes of the function, between the inputs and outputs of the call. */
function body(
  call: Node,
  { inputs, outputs, nodes, defaults }: LocalFunction,
  { names }: Context,
  initializers: Map<string, unknown>,
): Node[] {
  const attributes = new Map([...defaults, ...call.attributes]);
  const graph: Graph = {
    name: call.opType,
    inputs: inputs.map((name) => ({ name, type: undefined })),
    outputs: outputs.map((name) => ({ name, type: undefined })),
    nodes: nodes.map((node) => withAttributes(node, attributes)),
    initializers: new Map(),
    types: new Map(),
  };
  const given = inputs.map((_, i) => call.inputs[i] ?? '');
  const inlined = inline(graph, given, call.name, names);
  for (const [name, tensor] of inlined.initializers) initializers.set(name, tensor);
  const copies = call.outputs.flatMap((name, i): Node[] => {
    const source = inlined.outputs[i];
    if (name === '' || source === undefined) return [];
    return [
      { name: names.fresh(`${name}/Identity`), opType: 'Identity', domain: '', inputs: [source], outputs: [name], attributes: new Map() },
    ];
  });
  return [...inlined.nodes, ...copies];
}

/** References to attributes of the call become those; one that the call leaves out is left out. */
function withAttributes(node: Node, given: ReadonlyMap<string, Attribute>): Node {
  const attributes = new Map<string, Attribute>();
  for (const [name, attribute] of node.attributes) {
    const value = attribute.kind === 'reference' ? given.get(attribute.value) : attribute;
    if (value?.kind === 'graph')
      attributes.set(name, {
        kind: 'graph',
        value: { ...value.value, nodes: value.value.nodes.map((inner) => withAttributes(inner, given)) },
      });
    else if (value !== undefined) attributes.set(name, value);
  }
  return { ...node, attributes };
}

function withInner(node: Node, context: Context): Node {
  if (![...node.attributes.values()].some(({ kind }) => kind === 'graph')) return node;
  const attributes = new Map(
    [...node.attributes].map(([name, attribute]): [string, Attribute] => [
      name,
      attribute.kind === 'graph' ? { kind: 'graph', value: written(attribute.value, context) } : attribute,
    ]),
  );
  return { ...node, attributes };
}

function functionOf({ domain, opType }: Node, { byName }: Context): LocalFunction | undefined {
  return byName.get(`${domain}.${opType}`);
}

function allNames({ inputs, initializers, nodes }: Graph): string[] {
  const inner = nodes.flatMap(({ attributes }) =>
    [...attributes.values()].flatMap((attribute) => (attribute.kind === 'graph' ? allNames(attribute.value) : [])),
  );
  return [...inputs.map(({ name }) => name), ...initializers.keys(), ...nodes.flatMap(({ name, outputs }) => [name, ...outputs]), ...inner];
}

function recursive({ opType, name }: Node): MoatError {
  return new MoatError(`the function ${opType}, called by node "${name}", calls itself`, {
    code: 'GRAPH_INVALID',
    why: 'functions of a model may call one another, but not in a circle',
    fix: 'export the model again',
  });
}
