/**
 * @file Multi-head self-attention (Vaswani et al. 2017, sections 3.2.1 and 3.2.2); [batch, time, width] in and out.
 *
 *     attention(Q, K, V) = softmax(Q·Kᵀ / √d_k) · V
 *     y = concat(head₁, …, head_h) · W_O       head_i = attention(x·W_Q, x·W_K, x·W_V), each of width / h columns
 */

import { MoatError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { KnownValue } from '../graph/known.ts';
import { tensorOf } from '../tensor/make.ts';
import { dense } from './dense.ts';
import type { Layer } from './layer.ts';
import { knownSize, requireCount, requireRank } from './sizes.ts';

export interface MultiHeadAttentionOptions {
  readonly heads: number;
  /** Whether a place sees only itself and what came before it. */
  readonly causal?: boolean;
}

export function multiHeadAttention({ heads, causal = false }: MultiHeadAttentionOptions): Layer {
  requireCount('multiHeadAttention', 'heads', heads);
  return {
    kind: 'multiHeadAttention',
    build({ g, name, inner }, x) {
      requireRank(name, x, 3, '[batch, time, features]');
      const [batch = 'batch', time = 'time'] = x.type.shape;
      const width = knownSize(name, x, -1);
      if (width % heads !== 0) throw unevenHeads(name, width, heads);
      const projection = dense({ units: width });
      // [batch, time, width] → [batch, heads, time, width / heads]
      const headsOf = (part: string): KnownValue =>
        g.transpose(g.reshape(inner(part, projection, x), [batch, time, heads, width / heads]), [0, 2, 1, 3]);
      const mixed = attention(g, headsOf('Q'), headsOf('K'), headsOf('V'), { causal });
      return inner('O', projection, g.reshape(g.transpose(mixed, [0, 2, 1, 3]), [batch, time, width]));
    },
  };
}

/**
 * softmax(Q·Kᵀ / √d_k) · V over the last two axes: Q [… , n, d_k], K [… , m, d_k], V [… , m, d_v] give [… , n, d_v].
 * The scale stands inside the softmax: a product of d_k independent terms of variance 1 has variance d_k, and √d_k brings it back to 1, so
 * that the softmax does not saturate. `causal` needs the number of places n = m.
 */
export function attention(
  g: GraphBuilder,
  Q: KnownValue,
  K: KnownValue,
  V: KnownValue,
  { causal = false }: { readonly causal?: boolean } = {},
): KnownValue {
  const keyWidth = knownSize('attention', Q, -1);
  const scores = g.mul(g.matMul(Q, g.swapLastTwo(K)), 1 / Math.sqrt(keyWidth));
  const visible = causal ? g.add(scores, causalMask(g, knownSize('causal attention', Q, -2))) : scores;
  return g.matMul(g.softmax(visible), V);
}

/** −1e9 above the diagonal: far enough below any score that its weight is exactly 0 in float32, and yet finite. */
function causalMask(g: GraphBuilder, places: number): KnownValue {
  const data = Float32Array.from({ length: places * places }, (_, at) => (at % places > Math.floor(at / places) ? -1e9 : 0));
  return g.constant(tensorOf('float32', [places, places], data));
}

function unevenHeads(name: string, width: number, heads: number): MoatError {
  return new MoatError(`${name} cannot share ${width} features among ${heads} heads`, {
    code: 'LAYER_HEADS',
    why: 'every head takes the same number of features',
    fix: `choose a number of heads that divides ${width}`,
  });
}
