/** @file Writes a foreign model into the graph of a network: weights as parameters, the rest as it came. */

import { MoatError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { showShape } from '../graph/dims.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { renameInputs } from '../graph/passes/rename.ts';
import type { ActivationName, LayerContext } from '../nn/index.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Adapter, adapted } from './adapters.ts';

export interface ForeignPlan {
  readonly graph: Graph;
  /** Weights that are parameters of the network. */
  readonly trained: ReadonlyMap<string, Tensor<'float32'>>;
  /** By the name of their weight, which stays as it is. */
  readonly adapters: ReadonlyMap<string, Adapter>;
  /** Whether the outputs are those of the network, so that a softmax at the end is one that losses know. */
  readonly isWhole: boolean;
}

/** The outputs of the model, in their order, for inputs by the model's names. */
export function writeForeign(plan: ForeignPlan, context: LayerContext, inputs: ReadonlyMap<string, KnownValue>): KnownValue[] {
  const { graph, isWhole } = plan;
  const { g } = context;
  const renamed = new Map([...inputs].map(([name, value]) => [name, value.name]));
  for (const [name, tensor] of graph.initializers) renamed.set(name, placed(plan, context, name, tensor).name);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const declaredTypes = new Map([...graph.types, ...graph.outputs.map(({ name, type }) => [name, type] as const)]);
  for (const node of graph.nodes) {
    const activation = isWhole ? activationOf(node, graph, outputs) : undefined;
    if (activation !== undefined) {
      const x = g.valueOf(renamed.get(node.inputs[0] ?? '') ?? (node.inputs[0] as string));
      renamed.set(node.outputs[0] as string, context.activate(activation, x).name);
      continue;
    }
    for (const name of node.outputs) if (name !== '') renamed.set(name, freshName(g, name));
    const own = {
      ...renameInputs(node, renamed),
      name: renamed.get(node.name) ?? freshName(g, node.name),
      outputs: node.outputs.map((name) => renamed.get(name) ?? name),
    };
    g.append(own).forEach((value, i) => {
      const declared = declaredTypes.get(node.outputs[i] as string);
      if (value === undefined && declared?.shape !== undefined) g.declare(own.outputs[i] as string, declared as Known);
    });
  }
  const made = graph.outputs.map(({ name }) => g.valueOf(renamed.get(name) ?? name));
  requireBatch(graph, inputs, made);
  return made;
}

function placed({ trained, adapters }: ForeignPlan, context: LayerContext, name: string, tensor: Tensor): KnownValue {
  const weight = trained.get(name);
  if (weight !== undefined) return context.parameter(name, weight.shape, () => Float32Array.from(weight.data));
  const kept = context.buffer(name, tensor);
  const adapter = adapters.get(name);
  if (adapter === undefined) return kept;
  const [A, B] = [adapter.A, adapter.B].map((spec) => context.parameter(spec.name, spec.shape, spec.initialise)) as [
    KnownValue,
    KnownValue,
  ];
  return context.g.scope(name, () => adapted(context.g, adapter, kept, A, B));
}

/** A softmax over the last axis or a sigmoid that gives an output which nothing else reads. */
function activationOf(
  { opType, domain, outputs: [output = ''], attributes }: Node,
  graph: Graph,
  outputs: ReadonlySet<string>,
): ActivationName | undefined {
  if (domain !== '' || !outputs.has(output) || graph.nodes.some(({ inputs }) => inputs.includes(output))) return undefined;
  if (opType === 'Sigmoid') return 'sigmoid';
  const axis = attributes.get('axis');
  const rank = graph.outputs.find(({ name }) => name === output)?.type?.shape?.length;
  const isLast = axis === undefined || (axis.kind === 'int' && (axis.value === -1n || Number(axis.value) + 1 === rank));
  return opType === 'Softmax' && isLast ? 'softmax' : undefined;
}

/** Names that the graph of a training step gives itself. */
const reserved = /^(loss|correct|target|target:.*|grad:.*|next:.*)$/;

function freshName(g: GraphBuilder, name: string): string {
  return g.fresh(reserved.test(name) ? `${name}_of_model` : name);
}

/** A model that was exported for one batch size may compute that size whatever comes in. */
function requireBatch(graph: Graph, inputs: ReadonlyMap<string, KnownValue>, outputs: readonly KnownValue[]): void {
  for (const { name, type } of graph.inputs) {
    const [declared, given] = [type?.shape?.[0], inputs.get(name)?.type.shape[0]];
    if (typeof declared !== 'number' || declared === given) continue;
    const fixed = outputs.find((output) => output.type.shape[0] === declared || output.type.shape.length === 0);
    if (fixed !== undefined) throw fixedBatch(name, type as NonNullable<Value['type']>, given);
  }
}

function fixedBatch(name: string, { shape = [] }: NonNullable<Value['type']>, given: unknown): MoatError {
  return new MoatError(`the model cannot compute a batch of ${given}`, {
    code: 'TUNE_FIXED_BATCH',
    why: `its input "${name}" is declared as ${showShape(shape)}, and its output has ${shape[0]} rows whatever the batch is`,
    fix: 'export it with a dynamic batch axis (dynamic_axes in PyTorch), or train with batches of that size',
  });
}
