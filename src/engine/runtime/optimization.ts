/** @file How far the runtime rewrites a model before it runs it. */

import type { Model } from '../graph/graph.ts';

/** What `InferenceSession.create` takes. */
export interface Optimization {
  readonly graphOptimizationLevel: 'disabled' | 'all';
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Everything, but what costs more than it saves. */
export function optimizationOf(model: Model): Optimization {
  if (isUnrolled(model)) return { graphOptimizationLevel: 'disabled' };
  return hasComputedWeights(model) ? { graphOptimizationLevel: 'all', extra: apart } : { graphOptimizationLevel: 'all' };
}

/** More nodes than a network has layers for. */
const MANY_NODES = 1000;

/** What the runtime makes faster by rewriting it: layouts of images, products with transposes, normalisations. */
const rewritten = new Set(['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool', 'MatMul', 'LayerNormalization', 'Softmax']);

/** A recurrence written out, step by step: the runtime would search its thousands of nodes for some hundred milliseconds, and find nothing. */
function isUnrolled({ graph }: Model): boolean {
  const count = graph.nodes.filter(({ opType }) => rewritten.has(opType)).length;
  return graph.nodes.length > MANY_NODES && count * 100 < graph.nodes.length;
}

/** Whether matrices are multiplied by something else than constants, as in training. */
function hasComputedWeights({ graph }: Model): boolean {
  return graph.nodes.some(({ opType, inputs }) => opType === 'MatMul' && !graph.initializers.has(inputs[1] as string));
}

/**
 * A product and the bias after it stay two operators: as one, the runtime copies the bias over the whole result first, on one thread. With constant
 * weights, which it packs beforehand, that matters less than the operator that is saved.
 */
const apart = { optimization: { disable_specified_optimizers: 'MatMulAddFusion' } };
