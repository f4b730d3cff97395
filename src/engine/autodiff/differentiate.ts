/** @file The reverse walk: a model that computes a loss becomes one that also computes the gradients of the loss. */

import { MoatError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Model, Node } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { Names } from '../graph/names.ts';
import { blockChannels } from '../graph/passes/block-channels.ts';
import { simplify } from '../graph/passes/index.ts';
import { inlineFunctions } from '../graph/passes/inline-functions.ts';
import { poolBeforeRelu } from '../graph/passes/pool-before-relu.ts';
import { readsOf, renameValues } from '../graph/passes/rename.ts';
import { writeOutSequences } from '../graph/passes/sequences.ts';
import { unrollControlFlow } from '../graph/passes/unroll.ts';
import { didYouMean } from '../nearest.ts';
import { findOp } from '../ops/index.ts';
import { isFloat } from '../tensor/make.ts';
import { activeNodes } from './active.ts';
import { lowerNodes } from './lower.ts';
import { notDifferentiable } from './not-differentiable.ts';
import { rebuild } from './rebuild.ts';
import { requireTypes } from './require-types.ts';
import { withMasks } from './with-masks.ts';

export interface DifferentiateOptions {
  /** Any output or inner value. When it is not a scalar, the gradient is that of the sum of its elements. */
  readonly loss: string;
  /**
   * Graph inputs and initializers by which to differentiate. An inner value is allowed too: the gradient by the rows that an embedding
   * gathered, for example, is small where that by its whole table is large.
   */
  readonly wrt: readonly string[];
  /**
   * Where given, two-dimensional convolutions and what lies between them are written for the machine's own layout of images, with so many channels side
   * by side. What comes out runs on the processor of such a machine only; `channelBlock()` says what this one has.
   */
  readonly channelBlock?: number | undefined;
}

/**
 * The model with one more output `grad:<name>` for each name in `wrt`: ∂loss/∂name, in the dtype and shape of the value.
 * @throws MoatError `GRADIENT_UNKNOWN_NAME`, `GRADIENT_INTEGER`, `GRADIENT_INDEPENDENT` when the loss does not depend on a name,
 *   `GRADIENT_NOT_DIFFERENTIABLE` naming the node and the input where no derivative exists
 */
export function differentiate(model: Model, options: DifferentiateOptions): Model {
  const wrt = [...new Set(options.wrt)];
  const written = withMasks(writeOutSequences(unrollControlFlow(inlineFunctions(model))));
  requireNames(written, options.loss, wrt);
  const { graph, names } = makeRoom(poolBeforeRelu(written, [options.loss, ...wrt]), wrt);
  const loss = names.get(options.loss) ?? options.loss;
  const opset = Math.max(model.opsets.get('') ?? SCATTER_ADD_OPSET, SCATTER_ADD_OPSET);
  const { channelBlock } = options;
  const laidOut = channelBlock === undefined ? graph : blockChannels(graph, { opset, channelBlock, kept: [loss, ...wrt] });
  const lowered = lowerNodes(laidOut, opset, (current) => activeNodes(current, loss, wrt));
  const active = activeNodes(lowered, loss, wrt);

  requireTypes(lowered, active.nodes);
  const g = rebuild(lowered, opset, channelBlock);
  const gradients = new Gradients(g);
  const lossValue = g.valueOf(loss);
  requireFloat(lossValue, 'the loss');
  for (const name of wrt) requireFloat(g.valueOf(name), `"${name}"`);
  gradients.add(loss, onesLike(g, lossValue));
  for (const node of lowered.nodes.toReversed()) {
    if (active.nodes.has(node)) backward(g, node, gradients, active.values);
  }
  for (const output of lowered.outputs) g.keepOutput(output);
  for (const name of wrt) {
    const gradient = gradients.of(name);
    if (gradient === undefined) throw cutOff(lowered, name, loss) ?? independent(name, loss);
    g.output(gradient, `grad:${name}`);
  }
  const { irVersion, opsets } = g.model();
  return {
    ...model,
    irVersion: Math.max(model.irVersion, irVersion),
    opsets: new Map([...model.opsets, ...opsets]),
    graph: simplify(g.build()),
    functions: [],
  };
}

/**
 * Gradients of indexing add up into a table, which ONNX can since opset 16. Models written for 13 to 16 mean the same under 17: what changed
 * until there only added types, attributes with defaults, and operators.
 */
const SCATTER_ADD_OPSET = 17;

/** When gradients are differentiated again, those of the first time make room: `grad:x` becomes `grad:x_2`. */
function makeRoom(graph: Graph, wrt: readonly string[]): { graph: Graph; names: ReadonlyMap<string, string> } {
  const authority = new Names();
  const values = graph.nodes.flatMap((node) => node.outputs);
  authority.take(values);
  const names = new Map(
    wrt.map((name) => `grad:${name}`).flatMap((name) => (values.includes(name) ? [[name, authority.fresh(name)] as const] : [])),
  );
  return { graph: names.size === 0 ? graph : renameValues(graph, names), names };
}

/** Gradients that have arrived at each value, added up when they are asked for. */
class Gradients {
  readonly #g: GraphBuilder;
  readonly #arrived = new Map<string, KnownValue[]>();

  constructor(g: GraphBuilder) {
    this.#g = g;
  }

  add(name: string, gradient: KnownValue): void {
    const list = this.#arrived.get(name);
    if (list === undefined) this.#arrived.set(name, [gradient]);
    else list.push(gradient);
  }

  of(name: string): KnownValue | undefined {
    const list = this.#arrived.get(name);
    if (list === undefined || list.length === 0) return undefined;
    const total = list.length <= 2 ? list.reduce((a, b) => this.#g.add(a, b)) : this.#g.one('Sum', list);
    this.#arrived.set(name, [total]);
    return total;
  }
}

/** Hands the gradients of a node's outputs on to those of its inputs that lie between wrt and the loss. */
function backward(g: GraphBuilder, node: Node, gradients: Gradients, active: ReadonlySet<string>): void {
  const arrived = node.outputs.map((name) => gradients.of(name));
  if (arrived.every((gradient) => gradient === undefined)) return;
  const op = findOp(node);
  const rule = op?.rule;
  if (op === undefined || rule === undefined || rule.kind !== 'gradient') {
    throw notDifferentiable(
      node,
      readsOf(node).find((name) => active.has(name)) ?? '',
      rule?.kind === 'none' ? rule.why : 'it has no gradient rule here',
    );
  }
  const inputs = node.inputs.map((name) => (name === '' ? undefined : g.valueOf(name)));
  const outputs = node.outputs.map((name) => (name === '' ? undefined : g.valueOf(name)));
  const cotangents = outputs.map((output, i) => {
    const slot = op.outputs[Math.min(i, op.outputs.length - 1)];
    if (output === undefined || arrived[i] !== undefined || slot?.optional) return arrived[i];
    return isFloat(output.type.dtype) ? g.fill(g.shapeOf(output), 0, output.type.dtype) : undefined;
  });
  naming(node, () => {
    const gradientOf = rule.build(g, node, { inputs, outputs, cotangents });
    node.inputs.forEach((name, position) => {
      if (active.has(name) && rule.isDifferentiable(position)) gradients.add(name, g.valueOf(gradientOf(position).name));
    });
  });
}

function onesLike(g: GraphBuilder, { name, type }: KnownValue): KnownValue {
  return type.shape.length === 0 ? g.constant(1, type.dtype) : g.fill(g.shapeOf({ name, type }), 1, type.dtype);
}

/** What a rule refuses, it refuses without knowing where; the node is added here. */
function naming(node: Node, build: () => void): void {
  try {
    build();
  } catch (error) {
    if (!(error instanceof MoatError) || !error.code.startsWith('GRADIENT_')) throw error;
    throw new MoatError(`no gradient through ${node.opType} node "${node.name}": ${error.message}`, {
      ...error,
      code: error.code,
      why: error.why,
      fix: error.fix,
      cause: error,
    });
  }
}

function requireNames(graph: Graph, loss: string, wrt: readonly string[]): void {
  const sources = [...graph.inputs.map(({ name }) => name), ...graph.initializers.keys()];
  const values = new Set([...sources, ...graph.nodes.flatMap((node) => node.outputs)]);
  for (const name of [loss, ...wrt]) if (name === '' || !values.has(name)) throw unknownName(name === loss ? 'loss' : 'wrt', name, values);
}

function requireFloat({ name, type }: KnownValue, role: string): void {
  if (isFloat(type.dtype)) return;
  throw new MoatError(`${role} is ${type.dtype}, which has no gradient`, {
    code: 'GRADIENT_INTEGER',
    why: `"${name}" holds whole numbers or conditions; a derivative needs numbers that can change by a little`,
    fix: 'differentiate by the float values that are computed from it, such as the rows of an embedding table',
  });
}

function unknownName(role: string, name: string, known: ReadonlySet<string>): MoatError {
  return new MoatError(`${role}: there is no "${name}" in the model`, {
    code: 'GRADIENT_UNKNOWN_NAME',
    why:
      role === 'loss'
        ? 'the loss must be an output or an inner value'
        : 'gradients are taken by graph inputs, initializers and inner values',
    fix: didYouMean(name, known),
  });
}

/** The error about the node where the dependence of the loss on the name ends, if it depends on it in some way that has no derivative. */
function cutOff(graph: Graph, name: string, loss: string): MoatError | undefined {
  const reached = new Set([name]);
  for (const node of graph.nodes) {
    if (readsOf(node).some((read) => reached.has(read))) for (const output of node.outputs) reached.add(output);
  }
  if (!reached.has(loss)) return undefined;
  const { values } = activeNodes(graph, loss, [name]);
  const edge = graph.nodes.find((node) => !values.has(node.outputs[0] ?? '') && readsOf(node).some((read) => values.has(read)));
  const rule = edge && findOp(edge)?.rule;
  const why = rule?.kind === 'flat' ? rule.why : 'it takes this input as an index, a size or a condition, by which there is no derivative';
  return edge && notDifferentiable(edge, readsOf(edge).find((read) => values.has(read)) ?? '', why);
}

function independent(name: string, loss: string): MoatError {
  return new MoatError(`"${loss}" does not depend on "${name}"`, {
    code: 'GRADIENT_INDEPENDENT',
    why: 'no differentiable path leads from one to the other, so the gradient would be zero everywhere',
    fix: `leave "${name}" out of wrt, or check that the loss is the one you mean`,
  });
}
