/** @file A model from elsewhere made ready to be trained: one opset, float32, inference form, weights as initializers, and nothing behind the cut. */

import { MoatError } from '../errors.ts';
import { readAttributes } from '../graph/attributes.ts';
import type { Graph, Model, Node, Value } from '../graph/graph.ts';
import { inferShapes } from '../graph/infer.ts';
import { dropDead } from '../graph/passes/drop-dead.ts';
import { upgradeModel } from '../graph/upgrade/index.ts';
import { defaultOpset } from '../graph/versions.ts';
import { didYouMean } from '../nearest.ts';
import { constantTensor } from '../ops/constant.ts';
import { findOp } from '../ops/index.ts';
import { isFloat } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { toSingle } from './single.ts';

/** Operators of other domains that the engine can write back. */
const knownDomains: readonly string[] = ['', 'com.microsoft'];

export interface Foreign {
  readonly model: Model;
  /** Float tensors of Constant nodes that are no weights. */
  readonly constants: ReadonlySet<string>;
}

/**
 * The model up to the values `at`, which become its outputs. What it computes stays the same but for 16-bit floats, which are computed in float32, and
 * for batch normalisation and dropout that were exported in training mode, which go over to inference.
 * @throws MoatError `TUNE_UNKNOWN_VALUE`, `TUNE_OPERATOR` for what cannot be written back, `ONNX_UPGRADE`
 */
export function openForeign(model: Model, at: readonly string[] | undefined): Foreign {
  const single = toSingle(upgradeModel(model));
  const own = single.graph;
  for (const name of at ?? []) requireValue(own, name);
  const typeOf = (name: string) => own.types.get(name) ?? own.outputs.find((value) => value.name === name)?.type;
  const outputs = at === undefined ? own.outputs : at.map((name) => ({ name, type: typeOf(name) }));
  const inferring = inInference({ ...own, inputs: namedSizes(withoutDefaults(own)), outputs });
  const { graph: whole, constants } = weightsAsInitializers(inferring);
  const graph = onlyReadInputs(dropDead(whole));
  requireOperators(graph);
  const opsets = new Map([...single.opsets].filter(([domain]) => domain === '' || graph.nodes.some((node) => node.domain === domain)));
  // What came with opset 22 only added types to the operators of 21.
  return { model: inferShapes({ ...single, opsets: new Map([...opsets, ['', defaultOpset]]), graph, functions: [] }), constants };
}

/** Files of before ONNX 1.4 list every initializer as an input too. */
function withoutDefaults({ inputs, initializers }: Graph): Value[] {
  return inputs.filter(({ name }) => !initializers.has(name));
}

/** A size that has no name gets one: two of them need not be equal. */
function namedSizes(inputs: readonly Value[]): Value[] {
  return inputs.map(({ name, type }) => ({
    name,
    type: type && { ...type, shape: type.shape?.map((dim, axis) => (dim === '' ? `${name}:${axis}` : dim)) },
  }));
}

/** Operators whose inputs are weights whatever node they come from. */
const weighing: ReadonlySet<string> = new Set(['BatchNormalization', 'Conv', 'ConvTranspose', 'Gemm', 'GRU', 'LSTM', 'MatMul', 'RNN']);

/**
 * Some exporters write weights as Constant nodes: float tensors there become initializers of the same name. Where the model also has float
 * initializers, those of the Constant nodes are weights only if they are multiplied as such; the others are masks, tables and means of pixels.
 */
function weightsAsInitializers(graph: Graph): { graph: Graph; constants: Set<string> } {
  const initializers = new Map(graph.initializers);
  const constants = new Set<string>();
  const hasOwn = [...initializers.values()].some(({ dtype, data }) => isFloat(dtype) && data.length > 1);
  const weighed = new Set(graph.nodes.flatMap(({ opType, inputs }) => (weighing.has(opType) ? inputs : [])));
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const nodes = graph.nodes.filter((node) => {
    const tensor = constantOf(node);
    const [name = ''] = node.outputs;
    if (tensor === undefined || !isFloat(tensor.dtype) || tensor.data.length < 2 || outputs.has(name)) return true;
    initializers.set(name, tensor);
    if (hasOwn && !weighed.has(name)) constants.add(name);
    return false;
  });
  return { graph: { ...graph, nodes, initializers }, constants };
}

function constantOf(node: Node): Tensor | undefined {
  if (node.opType !== 'Constant' || node.domain !== '' || node.attributes.has('sparse_value')) return undefined;
  const specs = findOp(node)?.attributes ?? {};
  return constantTensor(readAttributes(node, specs) as Parameters<typeof constantTensor>[0]);
}

/** Statistics of a batch and dropped values belong to the training that is over; ours has its own dropout. */
function inInference(graph: Graph): Graph {
  const nodes = graph.nodes.map((node): Node => {
    if (node.domain !== '') return node;
    if (node.opType === 'Dropout' && node.inputs.length > 2) return { ...node, inputs: node.inputs.slice(0, 2) };
    if (node.opType !== 'BatchNormalization' || !(node.attributes.has('training_mode') || node.outputs.length > 1)) return node;
    const attributes = new Map([...node.attributes].filter(([name]) => name !== 'training_mode'));
    return { ...node, outputs: node.outputs.slice(0, 1), attributes };
  });
  const made = new Set([...nodes.flatMap((node) => node.outputs), ...graph.initializers.keys(), ...graph.inputs.map(({ name }) => name)]);
  return { ...graph, nodes, outputs: graph.outputs.filter(({ name }) => made.has(name)) };
}

function onlyReadInputs(graph: Graph): Graph {
  const read = new Set([...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs.map(({ name }) => name)]);
  const inner = graph.nodes.some((node) => [...node.attributes.values()].some(({ kind }) => kind === 'graph'));
  return inner ? graph : { ...graph, inputs: graph.inputs.filter(({ name }) => read.has(name)) };
}

function requireValue(graph: Graph, name: string): void {
  const values = new Set([...graph.nodes.flatMap((node) => node.outputs), ...graph.outputs.map((output) => output.name)]);
  if (name !== '' && values.has(name)) return;
  throw new MoatError(`the model has no value "${name}" to cut at`, {
    code: 'TUNE_UNKNOWN_VALUE',
    why: 'a head begins at a value that some node of the model makes',
    fix: `${didYouMean(name, values)}; printGraph(model) shows all of them`,
  });
}

function requireOperators(graph: Graph): void {
  const node = graph.nodes.find(({ domain }) => !knownDomains.includes(domain));
  if (node === undefined) return;
  throw new MoatError(`the model cannot be trained further: it uses ${node.domain}.${node.opType}`, {
    code: 'TUNE_OPERATOR',
    why: `node "${node.name}" is an operator (or a local function) of the domain "${node.domain}", of which nothing is known here`,
    fix: 'export the model with ONNX’s own operators, or cut it before that node with `at`',
  });
}
