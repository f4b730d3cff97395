/** @file The graphs that training runs: one step (loss and gradients) and one evaluation (loss only), with parameters as inputs. */

import { differentiate } from '../autodiff/differentiate.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Model, TensorType } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import type { Loss } from '../nn/losses/index.ts';
import { inputTypes, type Network } from '../nn/network.ts';
import { type MaskSpec, type ParameterSpec, trace } from '../nn/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, isTensor } from './batches.ts';
import { lossesByOutput, targetsByName } from './targets.ts';

export interface StepGraph {
  readonly model: Model;
  readonly parameters: readonly ParameterSpec[];
  /** Names of the states; the training graph gives what each becomes as `next:<name>`. */
  readonly states: readonly string[];
  /** Dropout masks to be filled before every step; none in an evaluation. */
  readonly masks: readonly MaskSpec[];
  /** Names of the targets whose right predictions are counted, in the output `correct`. */
  readonly counted: readonly string[];
}

/** A loss, or one for each output. */
export type Losses = Loss | Readonly<Record<string, Loss>>;

/**
 * Loss, right predictions, what states become, and the gradient of every parameter as `grad:<name>`, for batches shaped like this one.
 * Of frozen parameters there is none. `channelBlock` is that of `differentiate`.
 */
export function trainingGraph(
  network: Network,
  loss: Losses,
  batch: Batch,
  frozen: ReadonlySet<string> = new Set(),
  channelBlock?: number,
): StepGraph {
  const graph = lossGraph(network, loss, batch, true);
  const wrt = graph.parameters.map(({ name }) => name).filter((name) => !frozen.has(name));
  return { ...graph, model: differentiate(graph.model, { loss: 'loss', wrt, channelBlock }) };
}

/** Loss and right predictions, with dropout left out and statistics fixed. */
export function evaluationGraph(network: Network, loss: Losses, batch: Batch): StepGraph {
  return lossGraph(network, loss, batch, false);
}

/** The graph without gradients, as it trains (with dropout) or as it is saved. */
export function lossGraph(network: Network, loss: Losses, { x, y }: Batch, isTraining: boolean): StepGraph {
  const g = new GraphBuilder({ name: isTraining ? 'step' : 'evaluation' });
  const place = ({ name, shape }: ParameterSpec) => g.input(name, { dtype: 'float32', shape });
  const { outputs, parameters, states, masks } = trace(network, g, { inputs: featureTypes(x), isTraining, place });
  const targets = targetsByName(y);
  const parts = lossesByOutput(loss, outputs, Object.keys(targets)).map(({ name, target, loss: own, output }) => {
    const { dtype, shape } = targets[target] as Tensor;
    const value = g.input(target, { dtype, shape });
    return { target, ...g.scope(name, () => own.build(g, output, value)) };
  });
  const sum = (values: readonly KnownValue[]): KnownValue | undefined =>
    values.length === 0 ? undefined : values.slice(1).reduce((total, value) => g.add(total, value), values[0] as KnownValue);
  const counting = parts.flatMap(({ target, correct }) => (correct === undefined ? [] : [{ target, correct }]));
  const total = sum(parts.map((part) => part.loss));
  const correct = sum(counting.map((part) => part.correct));
  if (total !== undefined) g.output(total, 'loss');
  if (correct !== undefined) g.output(correct, 'correct');
  if (isTraining) for (const { name, next } of states) g.output(next, `next:${name}`);
  return { model: g.model(), parameters, states: states.map(({ name }) => name), masks, counted: counting.map(({ target }) => target) };
}

/** The types of a batch's features. `batch` may name the first axis instead of fixing it. */
export function featureTypes(x: Batch['x'], batch?: string): Readonly<Record<string, TensorType>> {
  const typeOf = ({ dtype, shape }: Tensor): TensorType => ({ dtype, shape: batch === undefined ? shape : [batch, ...shape.slice(1)] });
  if (isTensor(x)) return inputTypes(typeOf(x));
  return Object.fromEntries(Object.entries(x).map(([name, tensor]) => [name, typeOf(tensor)]));
}
