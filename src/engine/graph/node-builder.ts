/** @file Adds nodes to a graph one by one, inferring every type as it goes. */

import { MoatError } from '../errors.ts';
import { inferNode, requireOp } from '../ops/infer-node.ts';
import { isFloat, tensorOf, toNumbers } from '../tensor/make.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';
import { type AttributeInit, writeAttributes } from './attributes.ts';
import { checkGraph } from './check.ts';
import type { Graph, Model, Node, TensorType, Value } from './graph.ts';
import { type Known, type KnownValue, knownOfTensor } from './known.ts';
import { Names } from './names.ts';
import { defaultOpset, irVersionOf } from './versions.ts';

export interface BuilderOptions {
  readonly name?: string;
  readonly opset?: number;
  /** How many channels lie side by side in the machine's layout of images, for graphs that use it. */
  readonly channelBlock?: number | undefined;
}

/** The part of `GraphBuilder` that keeps the graph; the operators by name are added in builder.ts. */
export class NodeBuilder {
  readonly opset: number;
  readonly channelBlock: number | undefined;
  readonly #name: string;
  readonly #names = new Names();
  readonly #inputs: Value[] = [];
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #known = new Map<string, Known>();
  readonly #constants = new Map<string, KnownValue>();
  readonly #numbers = new Map<string, number>();
  /** Output name by value name, in the order in which they were declared. */
  readonly #outputs: { readonly value: Value; readonly name: string }[] = [];
  #scope = '';

  constructor(options: BuilderOptions = {}) {
    this.#name = options.name ?? 'graph';
    this.opset = options.opset ?? defaultOpset;
    this.channelBlock = options.channelBlock;
  }

  /** Declares a graph input; its name is kept as given. */
  input(name: string, type: TensorType): KnownValue {
    if (type.shape === undefined) throw rankNeeded(name);
    this.#names.reserve(name);
    const value = this.#remember(name, type as Known);
    this.#inputs.push(value);
    return value;
  }

  /** Adds a parameter or buffer. The name gets the scope's prefix and, where taken, a number. */
  initializer(name: string, tensor: Tensor): KnownValue {
    const unique = this.#names.fresh(this.#scope + name);
    this.#initializers.set(unique, tensor);
    return this.#remember(unique, knownOfTensor(tensor));
  }

  /** A number (a scalar of `dtype`, float32 by default) or a tensor. Equal small constants are kept once. */
  constant(value: number | Tensor, dtype: DType = 'float32'): KnownValue {
    const tensor = typeof value === 'number' ? tensorOf(dtype, [], [value]) : value;
    const key =
      tensor.data.length > 64 ? undefined : `${tensor.dtype}[${tensor.shape}]${Array.from(tensor.data as ArrayLike<unknown>, show)}`;
    const earlier = key === undefined ? undefined : this.#constants.get(key);
    if (earlier !== undefined) return earlier;
    const name = this.#names.fresh('constant');
    this.#initializers.set(name, tensor);
    const made = this.#remember(name, knownOfTensor(tensor));
    if (tensor.data.length === 1 && isFloat(tensor.dtype)) this.#numbers.set(name, toNumbers(tensor)[0] as number);
    if (key !== undefined) this.#constants.set(key, made);
    return made;
  }

  /**
   * Adds a node. Its outputs get names after the operator and their types by the operator's rule.
   * @throws MoatError `OP_UNKNOWN`, `SHAPE_…` naming the node, `GRAPH_RANK_UNKNOWN` when a rank cannot be told.
   */
  op(
    opType: string,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, AttributeInit | undefined>> = {},
    options: { readonly outputs?: number; readonly name?: string; readonly domain?: string } = {},
  ): KnownValue[] {
    const domain = options.domain ?? '';
    const op = requireOp({ opType, domain });
    const name = this.#names.fresh(this.#scope + (options.name ?? lowerFirst(opType)));
    const count = options.outputs ?? Math.max(1, op.outputs.filter((slot) => !slot.optional).length);
    const outputs = Array.from({ length: count }, (_, i) => {
      if (count === 1) return name;
      const slot = op.outputs[i] ?? op.outputs.at(-1);
      return this.#names.fresh(`${name}/${slot?.variadic ? i : slot?.name}`);
    });
    const names = inputs.map((value) => value?.name ?? '');
    while (names.at(-1) === '') names.pop();
    const node: Node = { name, opType, domain, inputs: names, outputs, attributes: writeAttributes(opType, attributes, op.attributes) };
    return this.append(node).map((value, i) => value ?? this.#unknownRank(node, i));
  }

  /**
   * Adds a finished node, as when a graph is rewritten. Its names are taken as they are; outputs of unknown rank come back undefined.
   * Types that were declared are not inferred again.
   */
  append(node: Node): (KnownValue | undefined)[] {
    const declared = node.outputs.map((name) => this.#known.get(name));
    const types = declared.includes(undefined)
      ? inferNode(
          node,
          node.inputs.map((name) => this.#inputType(name)),
        )
      : declared;
    this.#nodes.push(node);
    this.#names.take([node.name, ...node.outputs]);
    return node.outputs.map((name, i) => {
      const type = types[i];
      return name === '' || type === undefined ? undefined : this.#remember(name, type);
    });
  }

  /** Nodes and parameters made inside `fn` have names that start with `name/`; errors show them. */
  scope<T>(name: string, fn: () => T): T {
    const outer = this.#scope;
    this.#scope = `${outer}${name}/`;
    try {
      return fn();
    } finally {
      this.#scope = outer;
    }
  }

  /** A name that nothing in the graph has, now taken: the one given, or with a number. For nodes that are written with `append`. */
  fresh(name: string): string {
    return this.#names.fresh(name);
  }

  /** Declares a graph output, under its own name or the one given. */
  output(value: Value, name: string = value.name): void {
    if (name !== value.name || this.#outputs.some((output) => output.name === name)) this.#names.reserve(name);
    this.#outputs.push({ value: this.valueOf(value.name), name });
  }

  /** Declares an output of a graph that is rewritten, of which nothing need be known. */
  keepOutput(output: Value): void {
    this.#outputs.push({ value: { ...output, type: this.#known.get(output.name) ?? output.type }, name: output.name });
  }

  /** The value of this name in the graph, with what is known of it. */
  valueOf(name: string): KnownValue {
    const type = this.#known.get(name);
    if (type === undefined) throw rankNeeded(name);
    return { name, type };
  }

  /** The number in a constant of one float element. A parameter of one element is none: its number may change. */
  numberOf(value: Value): number | undefined {
    return this.#numbers.get(value.name);
  }

  /** How many nodes there are so far. */
  get nodeCount(): number {
    return this.#nodes.length;
  }

  /** The nodes that were added after the first `count`. */
  nodesFrom(count: number): readonly Node[] {
    return this.#nodes.slice(count);
  }

  /** Undefined when nothing is known of the value. */
  typeOf(name: string): Known | undefined {
    return this.#known.get(name);
  }

  /** States what is known of a value from elsewhere, such as a declared type in a foreign model. */
  declare(name: string, type: Known): void {
    this.#known.set(name, type);
  }

  /** Takes over another graph's inputs, initializers and what is known of its values, and keeps all its names from being given again. */
  adopt(graph: Graph, known: ReadonlyMap<string, Known>): void {
    for (const [name, type] of known) this.#known.set(name, type);
    this.#inputs.push(...graph.inputs);
    for (const [name, tensor] of graph.initializers) this.#initializers.set(name, tensor);
    this.#names.take([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()]);
    for (const node of graph.nodes) this.#names.take([node.name, ...node.outputs]);
  }

  /** The finished graph, checked. */
  build(): Graph {
    const { renamed, copies } = this.#nameOutputs();
    const rename = (name: string): string => renamed.get(name) ?? name;
    const nodes = [
      ...this.#nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
      ...copies,
    ];
    const outputs = this.#outputs.map(({ value, name }) => ({ ...value, name, type: value.type && plainType(value.type) }));
    const outputNames = new Set(outputs.map(({ name }) => name));
    const types = new Map<string, TensorType>();
    for (const name of nodes.flatMap((node) => node.outputs)) {
      const known = this.#known.get(name);
      if (known !== undefined && !outputNames.has(name)) types.set(name, plainType(known));
    }
    const inputs = this.#inputs.map(({ name, type }) => ({ name, type: type && plainType(type) }));
    const graph = { name: this.#name, inputs, outputs, nodes, initializers: new Map(this.#initializers), types };
    checkGraph(graph);
    return graph;
  }

  /** The finished graph as a model of ONNX's own operators (and those of `com.microsoft` where it uses them). */
  model(metadata: ReadonlyMap<string, string> = new Map()): Model {
    const graph = this.build();
    const opsets = new Map([['', this.opset]]);
    for (const { domain } of graph.nodes) if (domain !== '') opsets.set(domain, 1);
    return { irVersion: irVersionOf(this.opset), opsets, producer: 'moatml', metadata, graph, functions: [] };
  }

  /** An output that some node makes takes the output's name there; any other (an input, a second name) is copied by an Identity. */
  #nameOutputs(): { renamed: Map<string, string>; copies: Node[] } {
    const made = new Set(this.#nodes.flatMap((node) => node.outputs));
    const kept = new Set(this.#outputs.filter(({ value, name }) => value.name === name).map(({ name }) => name));
    const renamed = new Map<string, string>();
    const copies: Node[] = [];
    for (const { value, name } of this.#outputs) {
      if (value.name === name) continue;
      if (made.has(value.name) && !kept.has(value.name) && !renamed.has(value.name)) {
        renamed.set(value.name, name);
      } else {
        const source = renamed.get(value.name) ?? value.name;
        copies.push({ name, opType: 'Identity', domain: '', inputs: [source], outputs: [name], attributes: new Map() });
      }
    }
    return { renamed, copies };
  }

  #inputType(name: string): Known | undefined | 'unknown' {
    return name === '' ? undefined : (this.#known.get(name) ?? 'unknown');
  }

  #remember(name: string, type: Known): KnownValue {
    this.#known.set(name, type);
    return { name, type };
  }

  #unknownRank(node: Node, position: number): never {
    throw rankNeeded(node.outputs[position] ?? node.name);
  }
}

function rankNeeded(name: string): MoatError {
  return new MoatError(`the rank of "${name}" is not known`, {
    code: 'GRAPH_RANK_UNKNOWN',
    why: 'building on a value needs its dtype and its number of axes; sizes may be names',
    fix: 'give the inputs of the graph a shape, with names for sizes that vary',
  });
}

function plainType({ dtype, shape }: TensorType): TensorType {
  return { dtype, shape };
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Keeps 0 and −0 apart. */
function show(item: unknown): string {
  return Object.is(item, -0) ? '-0' : String(item);
}
