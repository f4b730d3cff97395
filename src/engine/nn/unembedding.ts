/** @file Unembedding: scores of all words from features, with the table of an embedding (Press & Wolf 2017): y = x · tableᵀ. */

import type { Layer } from './layer.ts';

/** `embedding` is the very layer that was applied before; the two share one table. */
export function unembedding(embedding: Layer): Layer {
  return {
    kind: 'unembedding',
    build: ({ g, parameterOf }, x) => g.matMul(x, g.transpose(parameterOf(embedding, 'table'))),
  };
}
