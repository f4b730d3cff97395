/** @file Models that the runtime need not search for rewritings. */

import type { Model } from '../graph/graph.ts';

/** More nodes than a network has layers for. */
const MANY_NODES = 1000;

/** What the runtime makes faster by rewriting it: layouts of images, products with transposes, normalisations. */
const rewritten = new Set(['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool', 'MatMul', 'LayerNormalization', 'Softmax']);

/** A recurrence written out, step by step: the runtime would search its thousands of nodes for some hundred milliseconds, and find nothing. */
export function isUnrolled({ graph }: Model): boolean {
  const count = graph.nodes.filter(({ opType }) => rewritten.has(opType)).length;
  return graph.nodes.length > MANY_NODES && count * 100 < graph.nodes.length;
}
