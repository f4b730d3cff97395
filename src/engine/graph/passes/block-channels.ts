/**
 * @file Writes convolutions, and the pools and element-wise operators behind them, for the layout of images that the runtime's fastest convolutions
 * work in (see ops/blocked/layout.ts). The runtime rewrites graphs so by itself, but only where the kernels are constants.
 */

import { BLOCKED, blockedKernel } from '../../ops/blocked/layout.ts';
import { convAttributes } from '../../ops/conv.ts';
import { poolAttributes, type Window, windowsOf } from '../../ops/windows.ts';
import { type AttributeSpecs, type AttributeValues, readAttributes } from '../attributes.ts';
import { GraphBuilder } from '../builder.ts';
import { isStatic, sameShape } from '../dims.ts';
import type { Dim, Graph, Node } from '../graph.ts';
import { inferTypes } from '../infer.ts';
import type { KnownValue } from '../known.ts';

export interface BlockChannelsOptions {
  readonly opset: number;
  readonly channelBlock: number;
  /** Names of values that whoever reads them must go on reading. */
  readonly kept: readonly string[];
}

/** The graph with every convolution of stride 1 in two dimensions, of channels that fill whole blocks, in that layout; all names stay. */
export function blockChannels(graph: Graph, { opset, channelBlock, kept }: BlockChannelsOptions): Graph {
  if (!graph.nodes.some(({ opType }) => opType === 'Conv')) return graph;
  const g = new GraphBuilder({ name: graph.name, opset, channelBlock });
  g.adopt(graph, inferTypes(graph));
  const writer = new Writer(g, channelBlock);
  for (const node of graph.nodes) {
    const [name = ''] = node.outputs;
    const value = g.scope(node.name, () => writer.written(node));
    if (value === undefined) {
      g.append(node);
      continue;
    }
    if (!kept.includes(name)) writer.blocked.set(name, value);
    const attributes = new Map([['channels', { kind: 'int', value: BigInt(value.type.shape[1] as number) } as const]]);
    const inputs = [value.name];
    g.append({
      name: g.fresh(`${node.name}/reorderOutput`),
      opType: 'ReorderOutput',
      domain: BLOCKED,
      inputs,
      outputs: [name],
      attributes,
    });
  }
  for (const output of graph.outputs) g.keepOutput(output);
  return g.build();
}

/** Work element by element, in whatever order they lie. */
const elementWise: ReadonlySet<string> = new Set(
  'Abs Add Celu Div Elu Exp Gelu HardSigmoid HardSwish LeakyRelu Max Min Mish Mul Neg Relu Selu Sigmoid Softplus Softsign Sqrt Sub Tanh'.split(
    ' ',
  ),
);

class Writer {
  /** The values that are there in blocks too, by the name that they have in the order of ONNX. */
  readonly blocked = new Map<string, KnownValue>();
  readonly #g: GraphBuilder;
  readonly #block: number;

  constructor(g: GraphBuilder, block: number) {
    this.#g = g;
    this.#block = block;
  }

  /** The result of the node, blocked; undefined where it stays as it is. */
  written(node: Node): KnownValue | undefined {
    if (node.domain !== '' || node.outputs.length !== 1) return undefined;
    if (node.opType === 'Conv') return this.#conv(node);
    if (node.opType === 'MaxPool') return this.#maxPool(node);
    return elementWise.has(node.opType) ? this.#elementWise(node) : undefined;
  }

  #conv(node: Node): KnownValue | undefined {
    const [X, W, B] = node.inputs.map((name) => (name === '' ? undefined : this.#g.typeOf(name)));
    if (X?.dtype !== 'float32' || W === undefined || !isImage(X.shape) || !isImage(W.shape)) return undefined;
    const attributes = attributesOf(node, convAttributes);
    const [maps, channels] = W.shape;
    const windows = windowsOf(W.shape.slice(2), X.shape.slice(2), attributes);
    const fits = maps % this.#block === 0 && (channels % this.#block === 0 || channels < this.#block);
    if (!fits || attributes.group !== 1 || !windows.every(isPlain)) return undefined;
    const [x, w, b] = node.inputs as [string, string, string?];
    const image = channels < this.#block ? this.#g.valueOf(x) : this.#asBlocked(x);
    const kernel = blockedKernel(this.#g, this.#g.valueOf(w));
    const inputs = [image, kernel, B === undefined ? undefined : this.#g.valueOf(b as string)];
    return this.#g.one('Conv', inputs, { ...attributes, kernel_shape: W.shape.slice(2) }, { domain: BLOCKED });
  }

  /** Where the windows lie side by side and cover everything. */
  #maxPool(node: Node): KnownValue | undefined {
    const X = this.blocked.get(node.inputs[0] as string);
    const attributes = attributesOf(node, poolAttributes);
    const sizes = X?.type.shape.slice(2) as readonly number[] | undefined;
    if (X === undefined || sizes === undefined) return undefined;
    const windows = windowsOf(attributes.kernel_shape ?? [], sizes, attributes);
    const areSideBySide = windows.every(
      ({ kernel, stride, dilation, padBegin, padEnd }, axis) =>
        kernel === stride && dilation === 1 && padBegin === 0 && padEnd === 0 && (sizes[axis] as number) % kernel === 0,
    );
    return areSideBySide ? this.#g.one('MaxPool', [X], attributes, { domain: BLOCKED }) : undefined;
  }

  /** Of blocked images of one shape, and of numbers. */
  #elementWise(node: Node): KnownValue | undefined {
    const operands = node.inputs.map((name) => this.blocked.get(name) ?? this.#number(name));
    const images = node.inputs.flatMap((name) => this.blocked.get(name) ?? []);
    const [first] = images;
    if (first === undefined || operands.includes(undefined)) return undefined;
    if (!images.every(({ type }) => sameShape(type.shape, first.type.shape))) return undefined;
    const [name] = this.#g.append({
      ...node,
      name: this.#g.fresh(`${node.name}/blocked`),
      inputs: (operands as KnownValue[]).map((operand) => operand.name),
      outputs: [this.#g.fresh(`${node.outputs[0]}/blocked`)],
    });
    return name;
  }

  #number(name: string): KnownValue | undefined {
    const shape = this.#g.typeOf(name)?.shape;
    return shape?.every((size) => size === 1) && shape.length <= 4 ? this.#g.valueOf(name) : undefined;
  }

  #asBlocked(name: string): KnownValue {
    const known = this.blocked.get(name);
    if (known !== undefined) return known;
    const made = this.#g.one('ReorderInput', [this.#g.valueOf(name)], {}, { domain: BLOCKED });
    this.blocked.set(name, made);
    return made;
  }
}

function attributesOf<A extends AttributeSpecs>(node: Node, specs: A): AttributeValues<A> {
  return readAttributes(node, specs) as AttributeValues<A>;
}

/** Four sizes, all known. */
function isImage(shape: readonly Dim[]): shape is readonly [number, number, number, number] {
  return shape.length === 4 && isStatic(shape);
}

/** One whose gradients are convolutions of the same kind: the padding no wider than what the window reaches. */
function isPlain({ kernel, stride, dilation, padBegin, padEnd }: Window): boolean {
  return stride === 1 && dilation === 1 && Math.min(padBegin, padEnd) >= 0 && Math.max(padBegin, padEnd) < kernel;
}
