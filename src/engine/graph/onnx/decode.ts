/** @file Reads an ONNX model from the bytes of its file. */

import { MoatError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkGraph } from '../check.ts';
import type { Attribute, Dim, Graph, Model, Node, TensorType, Value } from '../graph.ts';
import { upgradeModel } from '../upgrade/index.ts';
import { newestOpset, oldestOpset, oldestUpgraded } from '../versions.ts';
import { decodeTensor } from './decode-tensor.ts';
import { dtypeOf } from './element-types.ts';
import type { ExternalReader } from './external-data.ts';
import { bounded, corrupt, readMessage } from './fields.ts';

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
interface Context extends DecodeOptions {
  readonly depth: number;
}

/**
 * Reads a model. Large weights are views of `bytes`, not copies.
 * @throws MoatError `ONNX_CORRUPT`, `ONNX_OPSET`, `ONNX_ELEMENT_TYPE`, `ONNX_EXTERNAL_DATA`, `ONNX_UNSUPPORTED`, `ONNX_UPGRADE`, `GRAPH_INVALID`
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): Model {
  // A Buffer's slices share its memory in other ways than those of the Uint8Array that it claims to be.
  const file = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let irVersion = 0;
  let producer = '';
  let graph: Graph | undefined;
  const opsets = new Map<string, number>();
  const metadata = new Map<string, string>();
  const functions: Uint8Array[] = [];
  readMessage(file, (field) => {
    switch (field.number) {
      case 1:
        irVersion = Number(field.int());
        return;
      case 2:
        producer = field.text();
        return;
      case 7:
        graph = decodeGraph(field.bytes(), { ...options, depth: 0 });
        return;
      case 8: {
        const { key, value } = decodeOpset(field.bytes());
        opsets.set(key, value);
        return;
      }
      case 14: {
        const { key, value } = decodeEntry(field.bytes());
        metadata.set(key, value);
        return;
      }
      case 25:
        functions.push(field.bytes());
    }
  });
  if (graph === undefined) throw corrupt(bytes.length === 0 ? 'it is empty' : 'it holds no graph');
  const isOld = options.upgrade === true && (opsets.get('') ?? 0) < oldestOpset;
  requireOpset(opsets.get(''), isOld ? oldestUpgraded : oldestOpset);
  checkGraph(graph);
  const model = { irVersion, opsets, producer, metadata, graph, functions };
  return isOld ? upgradeModel(model) : model;
}

function requireOpset(opset: number | undefined, oldest: number): void {
  if (opset !== undefined && opset >= oldest && opset <= newestOpset) return;
  const canUpgrade = opset !== undefined && opset >= oldestUpgraded && opset < oldestOpset;
  throw new MoatError(`the model is written for ONNX opset ${opset ?? '(none)'}`, {
    code: 'ONNX_OPSET',
    why: `opsets ${oldest} to ${newestOpset} are supported`,
    fix: `${canUpgrade ? 'read it with upgrade: true' : 'export it again with opset_version=17'}, or convert it with onnx.version_converter`,
  });
}

function decodeGraph(bytes: Uint8Array, context: Context): Graph {
  if (context.depth > DEEPEST_SUBGRAPH) throw corrupt(`its sub-graphs are nested more than ${DEEPEST_SUBGRAPH} deep`);
  let name = '';
  const { items: nodes, take: takeNode } = bounded<Node>('nodes');
  const { items: inputs, take: takeInput } = bounded<Value>('inputs');
  const { items: outputs, take: takeOutput } = bounded<Value>('outputs');
  const initializers = new Map<string, Tensor>();
  const types = new Map<string, TensorType>();
  readMessage(bytes, (field) => {
    switch (field.number) {
      case 1:
        takeNode(decodeNode(field.bytes(), context));
        return;
      case 2:
        name = field.text();
        return;
      case 5: {
        const initializer = decodeTensor(field.bytes(), context.externalData);
        if (initializers.has(initializer.name)) throw corrupt(`the initializer "${initializer.name}" stands twice`);
        initializers.set(initializer.name, initializer.tensor);
        return;
      }
      case 11:
        takeInput(decodeValue(field.bytes(), true));
        return;
      case 12:
        takeOutput(decodeValue(field.bytes(), true));
        return;
      case 13: {
        const value = decodeValue(field.bytes(), false);
        if (value.type !== undefined) types.set(value.name, value.type);
        return;
      }
      case 15:
        throw unsupported('sparse initializers', 'store the weights densely');
    }
  });
  return { name, inputs, outputs, nodes: named(nodes), initializers, types };
}

/** ONNX lets nodes go without a name; here errors speak of nodes by name. */
function named(nodes: readonly Node[]): Node[] {
  return nodes.map((node, i) => (node.name === '' ? { ...node, name: `${node.opType}_${i}` } : node));
}

function decodeNode(bytes: Uint8Array, context: Context): Node {
  let [name, opType, domain] = ['', '', ''];
  const { items: inputs, take: takeInput } = bounded<string>('inputs of a node');
  const { items: outputs, take: takeOutput } = bounded<string>('outputs of a node');
  const attributes = new Map<string, Attribute>();
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
    }
  });
  if (opType === '') throw corrupt(`node "${name}" names no operator`);
  return { name, opType, domain, inputs, outputs, attributes };
}

const kinds = ['', 'float', 'int', 'string', 'tensor', 'graph', 'floats', 'ints', 'strings'] as const;

function decodeAttribute(bytes: Uint8Array, context: Context): [string, Attribute] {
  let name = '';
  let kind: (typeof kinds)[number] | undefined;
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
    }
  });
  const values = { ...found, string: found.string ?? '', floats, ints, strings };
  if (kind === undefined || kind === '') return [name, { kind: 'opaque', value: bytes }];
  const value = values[kind];
  if (value === undefined) throw corrupt(`attribute "${name}" says that it is a ${kind} but holds none`);
  return [name, { kind, value } as Attribute];
}

/** Only tensors may enter or leave a graph; inner values of other kinds go untyped. */
function decodeValue(bytes: Uint8Array, isBoundary: boolean): Value {
  let name = '';
  let type: TensorType | undefined;
  let otherKind = false;
  readMessage(bytes, (field) => {
    if (field.number === 1) name = field.text();
    if (field.number === 2) {
      readMessage(field.bytes(), (kind) => {
        if (kind.number === 1) type = decodeTensorType(kind.bytes());
        else if (kind.number !== 6) otherKind = true;
      });
    }
  });
  if (otherKind && isBoundary)
    throw unsupported(
      `"${name}", a sequence, map or optional at the edge of a graph`,
      'export the model with tensors as inputs and outputs',
    );
  return { name, type };
}

function decodeTensorType(bytes: Uint8Array): TensorType | undefined {
  let elementType = 0;
  let shape: Dim[] | undefined;
  readMessage(bytes, (field) => {
    if (field.number === 1) elementType = Number(field.int());
    if (field.number === 2) {
      const dims: Dim[] = [];
      shape = dims;
      readMessage(field.bytes(), (dim) => {
        if (dim.number === 1) dims.push(decodeDim(dim.bytes()));
      });
    }
  });
  const dtype = dtypeOf(elementType);
  return dtype && { dtype, shape };
}

/** A size without number or name is unknown, which is written as an empty name. */
function decodeDim(bytes: Uint8Array): Dim {
  let dim: Dim = '';
  readMessage(bytes, (field) => {
    if (field.number === 1) dim = Number(field.int());
    if (field.number === 2) dim = field.text();
  });
  return dim;
}

function decodeOpset(bytes: Uint8Array): { key: string; value: number } {
  const opset = { key: '', value: 0 };
  readMessage(bytes, (field) => {
    if (field.number === 1) opset.key = standardDomain(field.text());
    if (field.number === 2) opset.value = Number(field.int());
  });
  return opset;
}

function decodeEntry(bytes: Uint8Array): { key: string; value: string } {
  const entry = { key: '', value: '' };
  readMessage(bytes, (field) => {
    if (field.number === 1) entry.key = field.text();
    if (field.number === 2) entry.value = field.text();
  });
  return entry;
}

/** ONNX's own domain has two spellings. */
function standardDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

function unsupported(what: string, fix: string): MoatError {
  return new MoatError(`the model uses ${what}`, { code: 'ONNX_UNSUPPORTED', why: 'the engine works on dense tensors', fix });
}
