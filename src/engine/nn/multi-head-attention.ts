/**
 * @file Multi-head attention (Vaswani et al. 2017, section 3.2.2); [batch, time, width] in and out.
 *
 *     y = concat(head₁, …, head_h) · W_O       head_i = attention(x·W_Q, m·W_K, m·W_V), each of width / h columns
 *
 * m is x itself, or the memory in cross-attention. With fewer key and value heads, several query heads share one (Ainslie et al. 2023).
 */

import { MoatError } from '../errors.ts';
import type { KnownValue } from '../graph/known.ts';
import { attention } from './attention.ts';
import { dense } from './dense.ts';
import type { Layer } from './layer.ts';
import { maskOver } from './padding-mask.ts';
import { rotate } from './rotary.ts';
import { knownSize, requireCount, requireDivisor, requireRank } from './sizes.ts';

export interface MultiHeadAttentionOptions {
  readonly heads: number;
  /** Heads of keys and values; as many as `heads` unless said otherwise, 1 for multi-query attention. */
  readonly keyValueHeads?: number;
  /** Whether a place sees only itself and what came before it. */
  readonly causal?: boolean;
  /** Whether queries and keys are turned by their places. */
  readonly rotary?: boolean;
}

/** What may come with x. */
export interface AttentionAlso {
  /** What is looked at instead of x: [batch, places, any width]. */
  readonly memory?: KnownValue;
  /** Which places of what is looked at are real: [batch, places], as `paddingMask` gives it. */
  readonly mask?: KnownValue;
}

export type AttentionInputs = readonly [x: KnownValue, also?: AttentionAlso];

export function multiHeadAttention(options: MultiHeadAttentionOptions): Layer<AttentionInputs> {
  const { heads, keyValueHeads = heads, causal = false, rotary = false } = options;
  requireCount('multiHeadAttention', 'heads', heads);
  requireCount('multiHeadAttention', 'keyValueHeads', keyValueHeads);
  requireDivisor('multiHeadAttention', 'heads', heads, 'keyValueHeads', keyValueHeads);
  return {
    kind: 'multiHeadAttention',
    build({ g, name, inner }, x, { memory = x, mask } = {}) {
      requireRank(name, x, 3, '[batch, time, features]');
      requireRank(name, memory, 3, 'a memory [batch, time, features]');
      const [batch = 'batch', time = 'time'] = x.type.shape;
      const places = memory.type.shape[1] ?? 'places';
      const width = knownSize(name, x, -1);
      if (width % heads !== 0) throw unevenHeads(name, width, heads);
      const size = width / heads;
      const shared = heads / keyValueHeads;
      const project = (part: string, from: KnownValue, count: number): KnownValue => inner(part, dense({ units: count * size }), from);
      const turned = (value: KnownValue): KnownValue => (rotary ? rotate(g, name, value) : value);

      // [batch, time, width] → [batch, heads, time, size]; where heads share keys → [batch, keyValueHeads, shared, time, size]
      const Q = turned(g.transpose(g.reshape(project('Q', x, heads), [batch, time, heads, size]), [0, 2, 1, 3]));
      const keysOf = (part: string): KnownValue =>
        g.transpose(g.reshape(project(part, memory, keyValueHeads), [batch, places, keyValueHeads, size]), [0, 2, 1, 3]);
      const [K, V] = [turned(keysOf('K')), keysOf('V')];
      const beside = (value: KnownValue): KnownValue => (shared === 1 ? value : g.unsqueeze(value, [2]));
      const grouped = shared === 1 ? Q : g.reshape(Q, [batch, keyValueHeads, shared, time, size]);
      const seen = mask && g.unsqueeze(maskOver(g, name, mask), shared === 1 ? [1, 2] : [1, 2, 3]);
      const mixed = attention(g, grouped, beside(K), beside(V), { causal, ...(seen && { mask: seen }) });
      const perHead = shared === 1 ? mixed : g.reshape(mixed, [batch, heads, time, size]);
      return inner('O', dense({ units: width }), g.reshape(g.transpose(perHead, [0, 2, 1, 3]), [batch, time, width]));
    },
  };
}

function unevenHeads(name: string, width: number, heads: number): MoatError {
  return new MoatError(`${name} cannot share ${width} features among ${heads} heads`, {
    code: 'LAYER_HEADS',
    why: 'every head takes the same number of features',
    fix: `choose a number of heads that divides ${width}`,
  });
}
