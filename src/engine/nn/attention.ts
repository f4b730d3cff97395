/** @file Scaled dot-product attention (Vaswani et al. 2017, equation 1): softmax(Q·Kᵀ / √d_k) · V. */

import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { knownSize } from './sizes.ts';

export interface AttentionOptions {
  /** Whether a place sees only itself and what came before it; needs the number of places n = m. */
  readonly causal?: boolean;
  /** Booleans that broadcast to [… , n, m]: which keys each query sees. A query that sees none takes the mean of all values. */
  readonly mask?: KnownValue;
}

/**
 * softmax(Q·Kᵀ / √d_k) · V over the last two axes: Q [… , n, d_k], K [… , m, d_k], V [… , m, d_v] give [… , n, d_v].
 * The scale stands inside the softmax: a product of d_k independent terms of variance 1 has variance d_k, and √d_k brings it back to 1, so
 * that the softmax does not saturate.
 */
export function attention(
  g: GraphBuilder,
  Q: KnownValue,
  K: KnownValue,
  V: KnownValue,
  { causal = false, mask }: AttentionOptions = {},
): KnownValue {
  const keyWidth = knownSize('attention', Q, -1);
  const scores = g.mul(g.matMul(Q, g.swapLastTwo(K)), 1 / Math.sqrt(keyWidth));
  const past = causal ? g.add(scores, causalMask(g, knownSize('causal attention', Q, -2))) : scores;
  const visible = mask === undefined ? past : g.where(mask, past, hidden);
  return g.matMul(g.softmax(visible), V);
}

/** Far enough below any score that its weight is exactly 0 in float32, and yet finite. */
const hidden = -1e9;

/** `hidden` above the diagonal. */
function causalMask(g: GraphBuilder, places: number): KnownValue {
  const data = Float32Array.from({ length: places * places }, (_, at) => (at % places > Math.floor(at / places) ? hidden : 0));
  return g.constant(tensorOf('float32', [places, places], data));
}
