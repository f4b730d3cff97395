/** @file The graphs that training runs: one step (loss and gradients) and one evaluation (loss only), with parameters as inputs. */

import { differentiate } from '../autodiff/differentiate.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Model, TensorType } from '../graph/graph.ts';
import type { Loss } from '../nn/losses/index.ts';
import { inputTypes, type Network } from '../nn/network.ts';
import { type MaskSpec, type ParameterSpec, trace } from '../nn/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, isTensor } from './batches.ts';

export interface StepGraph {
  readonly model: Model;
  readonly parameters: readonly ParameterSpec[];
  /** Dropout masks to be filled before every step; none in an evaluation. */
  readonly masks: readonly MaskSpec[];
  /** Whether the loss counts right predictions, in the output `correct`. */
  readonly countsCorrect: boolean;
}

/** The name of the target among the graph's inputs. */
export const targetName = 'target';

/** Loss, right predictions, and the gradient of every parameter as `grad:<name>`, for batches shaped like this one. */
export function trainingGraph(network: Network, loss: Loss, batch: Batch): StepGraph {
  const graph = lossGraph(network, loss, batch, true);
  const wrt = graph.parameters.map(({ name }) => name);
  return { ...graph, model: differentiate(graph.model, { loss: 'loss', wrt }) };
}

/** Loss and right predictions, with dropout left out. */
export function evaluationGraph(network: Network, loss: Loss, batch: Batch): StepGraph {
  return lossGraph(network, loss, batch, false);
}

/** The graph without gradients, as it trains (with dropout) or as it is saved. */
export function lossGraph(network: Network, loss: Loss, { x, y }: Batch, isTraining: boolean): StepGraph {
  const g = new GraphBuilder({ name: isTraining ? 'step' : 'evaluation' });
  const place = ({ name, shape }: ParameterSpec) => g.input(name, { dtype: 'float32', shape });
  const traced = trace(network, g, { inputs: featureTypes(x), isTraining, place });
  const target = g.input(targetName, { dtype: y.dtype, shape: y.shape });
  const values = g.scope(loss.name, () => loss.build(g, traced, target));
  g.output(values.loss, 'loss');
  if (values.correct !== undefined) g.output(values.correct, 'correct');
  return { model: g.model(), parameters: traced.parameters, masks: traced.masks, countsCorrect: values.correct !== undefined };
}

/** The types of a batch's features. `batch` may name the first axis instead of fixing it. */
export function featureTypes(x: Batch['x'], batch?: string): Readonly<Record<string, TensorType>> {
  const typeOf = ({ dtype, shape }: Tensor): TensorType => ({ dtype, shape: batch === undefined ? shape : [batch, ...shape.slice(1)] });
  if (isTensor(x)) return inputTypes(typeOf(x));
  return Object.fromEntries(Object.entries(x).map(([name, tensor]) => [name, typeOf(tensor)]));
}
