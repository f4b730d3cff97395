/** @file Reads a graph, its nodes and their attributes, which may hold graphs again. */

import type { Tensor } from '../../tensor/tensor.ts';
import type { Attribute, Graph, Node, TensorType, Value } from '../graph.ts';
import { decodeSparse } from './decode-sparse.ts';
import { decodeTensor, type NamedTensor } from './decode-tensor.ts';
import { decodeValue } from './decode-value.ts';
import type { ExternalReader } from './external-data.ts';
import { bounded, corrupt, Kept, readMessage } from './fields.ts';

/** Deeper nesting is no network but an attack on the stack. */
const DEEPEST_SUBGRAPH = 32;

/** A forest of trees writes its nodes as attributes and may have millions. */
const MOST_NUMBERS = 2 ** 24;

export interface DecodeOptions {
  /** How to read weights that lie in other files; without it a model that has such is refused. */
  readonly externalData?: ExternalReader;
  /** Rewrites a model of opset 9 to 12 for the opset that is written here; without it such a model is refused. */
  readonly upgrade?: boolean;
}

/** What is handed down through sub-graphs. */
export interface Context extends DecodeOptions {
  readonly depth: number;
}

export function decodeGraph(bytes: Uint8Array, context: Context): Graph {
  if (context.depth > DEEPEST_SUBGRAPH) throw corrupt(`its sub-graphs are nested more than ${DEEPEST_SUBGRAPH} deep`);
  let name = '';
  const { items: nodes, take: takeNode } = bounded<Node>('nodes');
  const { items: inputs, take: takeInput } = bounded<Value>('inputs');
  const { items: outputs, take: takeOutput } = bounded<Value>('outputs');
  const initializers = new Map<string, Tensor>();
  const types = new Map<string, TensorType>();
  const kept = new Kept();
  const takeInitializer = ({ name: key, tensor }: NamedTensor): void => {
    if (initializers.has(key)) throw corrupt(`the initializer "${key}" stands twice`);
    initializers.set(key, tensor);
  };
  readMessage(bytes, (field) => {
    switch (field.number) {
      case 1:
        takeNode(decodeNode(field.bytes(), context));
        return;
      case 2:
        name = field.text();
        return;
      case 5:
        return takeInitializer(decodeTensor(field.bytes(), context.externalData));
      case 11:
        takeInput(decodeValue(field.bytes()));
        return;
      case 12:
        takeOutput(decodeValue(field.bytes()));
        return;
      case 13: {
        const value = decodeValue(field.bytes());
        if (value.type !== undefined) types.set(value.name, value.type);
        return;
      }
      case 15:
        return takeInitializer(decodeSparse(field.bytes(), context.externalData));
      default:
        kept.take(field);
    }
  });
  return { name, inputs, outputs, nodes: named(nodes), initializers, types, ...kept.facts() };
}

/** ONNX lets nodes go without a name; here errors speak of nodes by name. */
export function named(nodes: readonly Node[]): Node[] {
  return nodes.map((node, i) => (node.name === '' ? { ...node, name: `${node.opType}_${i}` } : node));
}

export function decodeNode(bytes: Uint8Array, context: Context): Node {
  let [name, opType, domain] = ['', '', ''];
  const { items: inputs, take: takeInput } = bounded<string>('inputs of a node');
  const { items: outputs, take: takeOutput } = bounded<string>('outputs of a node');
  const attributes = new Map<string, Attribute>();
  const kept = new Kept();
  readMessage(bytes, (field) => {
    switch (field.number) {
      case 1:
        takeInput(field.text());
        return;
      case 2:
        takeOutput(field.text());
        return;
      case 3:
        name = field.text();
        return;
      case 4:
        opType = field.text();
        return;
      case 5: {
        const [key, attribute] = decodeAttribute(field.bytes(), context);
        attributes.set(key, attribute);
        return;
      }
      case 7:
        domain = standardDomain(field.text());
        return;
      default:
        kept.take(field);
    }
  });
  if (opType === '') throw corrupt(`node "${name}" names no operator`);
  return { name, opType, domain, inputs, outputs, attributes, ...kept.facts() };
}

const kinds = ['', 'float', 'int', 'string', 'tensor', 'graph', 'floats', 'ints', 'strings'] as const;

export function decodeAttribute(bytes: Uint8Array, context: Context): [string, Attribute] {
  let name = '';
  let kind: (typeof kinds)[number] | undefined;
  let reference = '';
  const found: { float: number; int: bigint; string?: string; tensor?: Tensor; graph?: Graph } = { float: 0, int: 0n };
  const { items: floats, take: takeFloat } = bounded<number>('numbers in an attribute', MOST_NUMBERS);
  const { items: ints, take: takeInt } = bounded<bigint>('numbers in an attribute', MOST_NUMBERS);
  const { items: strings, take: takeString } = bounded<string>('strings in an attribute');
  readMessage(bytes, (field) => {
    switch (field.number) {
      case 1:
        name = field.text();
        return;
      case 2:
        found.float = field.float();
        return;
      case 3:
        found.int = field.int();
        return;
      case 4:
        found.string = field.text();
        return;
      case 5:
        found.tensor = decodeTensor(field.bytes(), context.externalData).tensor;
        return;
      case 6:
        found.graph = decodeGraph(field.bytes(), { ...context, depth: context.depth + 1 });
        return;
      case 7:
        return field.floats(takeFloat);
      case 8:
        return field.ints(takeInt);
      case 9:
        takeString(field.text());
        return;
      case 20:
        kind = kinds[Number(field.int())];
        return;
      case 21:
        reference = field.text();
        return;
      // A sparse tensor is read as the dense one that it stands for.
      case 22:
        found.tensor = decodeSparse(field.bytes(), context.externalData).tensor;
    }
  });
  if (reference !== '') return [name, { kind: 'reference', value: reference }];
  if (name === 'sparse_value' && found.tensor !== undefined) return ['value', { kind: 'tensor', value: found.tensor }];
  const values = { ...found, string: found.string ?? '', floats, ints, strings };
  if (kind === undefined || kind === '') return [name, { kind: 'opaque', value: bytes }];
  const value = values[kind];
  if (value === undefined) throw corrupt(`attribute "${name}" says that it is a ${kind} but holds none`);
  return [name, { kind, value } as Attribute];
}

/** ONNX's own domain has two spellings. */
export function standardDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}
