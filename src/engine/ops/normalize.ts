/** @file What the normalisations that are written out share. */

import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';

/** (X − mean) / √(variance + ε) over the axes. */
export function normalize(g: GraphBuilder, X: KnownValue, axes: readonly number[], epsilon: number): KnownValue {
  const centred = g.sub(X, g.reduceMean(X, axes, true));
  const variance = g.reduceMean(g.mul(centred, centred), axes, true);
  return g.div(centred, g.sqrt(g.add(variance, epsilon)));
}

/** A vector over the channels, shaped to broadcast against [N, C, …]. */
export function perChannel(g: GraphBuilder, vector: Value, rank: number): KnownValue {
  return g.reshape(vector, [1, -1, ...new Array<number>(rank - 2).fill(1)]);
}
