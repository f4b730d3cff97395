/**
 * @file com.microsoft.Attention: queries, keys and values by one product, softmax(Q·Kᵀ · scale + bias)·V a head, heads side by side.
 * Covered: key padding as a mask of 0 and 1 a key, causal attention, an attention bias. Caches of the past are not.
 */

import { MoatError } from '../../errors.ts';
import { float, int, optional } from '../../graph/attributes.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Dim } from '../../graph/graph.ts';
import type { KnownValue } from '../../graph/known.ts';
import { tensorOf } from '../../tensor/make.ts';
import { defineOp } from '../define.ts';
import { sumOf } from './formulas.ts';

export const Attention = defineOp({
  type: 'Attention',
  domain: 'com.microsoft',
  inputs: ['input', 'weights', 'bias?', 'mask_index?', 'past?', 'attention_bias?', 'past_sequence_length?'],
  outputs: ['output', 'present?'],
  attributes: {
    do_rotary: int(0),
    mask_filter_value: float(-10000),
    num_heads: int(1),
    past_present_share_buffer: int(0),
    qkv_hidden_sizes: optional.ints,
    rotary_embedding_dim: int(0),
    scale: optional.float,
    unidirectional: int(0),
  },
  infer({ input, weights }, { qkv_hidden_sizes }) {
    const all = weights.shape[1];
    const hidden = qkv_hidden_sizes?.[2] ?? (typeof all === 'number' ? all / 3 : '?');
    return {
      output: { dtype: input.dtype, shape: [...input.shape.slice(0, 2), hidden] },
      present: { dtype: input.dtype, shape: undefined },
    };
  },
  lower(g, { input, weights, bias, mask_index, past, attention_bias }, attributes) {
    const { mask_filter_value, num_heads, qkv_hidden_sizes, scale, unidirectional, do_rotary } = attributes;
    const all = weights.type.shape[1];
    if (past !== undefined || do_rotary !== 0) throw notCovered('a cache of the past or rotary positions');
    if (typeof all !== 'number') throw dynamic('the width of its weights');
    const [q, k, v] = (qkv_hidden_sizes ?? [all / 3, all / 3, all / 3]) as [number, number, number];
    const projected = sumOf(g, g.matMul(input, weights), bias);
    const [Q, K, V] = g.split(projected, [q, k, v], 2).map((part, i) => {
      const width = ([q, k, v][i] as number) / num_heads;
      return g.transpose(g.reshape(part, [0, 0, num_heads, width]), [0, 2, 1, 3]);
    }) as [KnownValue, KnownValue, KnownValue];
    const scores = g.mul(g.matMul(Q, g.swapLastTwo(K)), scale ?? 1 / Math.sqrt(q / num_heads));
    const kept = mask_index && maskOf(g, mask_index, mask_filter_value, scores);
    const causal = unidirectional === 0 ? undefined : causalMask(g, scores, mask_filter_value);
    const mixed = g.matMul(g.softmax(sumOf(g, scores, attention_bias, kept, causal)), V);
    return { output: g.reshape(g.transpose(mixed, [0, 2, 1, 3]), [0, 0, v]) };
  },
  samples: [
    { input: [2, 3, 4], weights: [4, 12], bias: [12], attributes: { num_heads: 2 } },
    { input: [1, 4, 4], weights: [4, 12], bias: [12], attributes: { num_heads: 2, unidirectional: 1, scale: 0.3 } },
    {
      input: [2, 3, 4],
      weights: [4, 12],
      bias: [12],
      mask_index: tensorOf('int32', [2, 3], [1, 1, 0, 1, 1, 1]),
      attributes: { num_heads: 1 },
    },
    {
      input: [1, 3, 4],
      weights: [4, 8],
      bias: [8],
      attention_bias: [1, 1, 3, 3],
      attributes: { num_heads: 1, qkv_hidden_sizes: [3, 3, 2] },
    },
  ],
});

/** 0 where a key counts, the filter value where it is padding. */
function maskOf(g: GraphBuilder, mask: KnownValue, filter: number, scores: KnownValue): KnownValue {
  const { length: rank } = mask.type.shape;
  if (rank !== 2 && rank !== 3) throw notCovered('a mask that is given as lengths');
  const numbers = g.cast(mask, scores.type.dtype);
  return g.mul(g.sub(1, g.unsqueeze(numbers, rank === 2 ? [1, 2] : [1])), filter);
}

/** The filter value above the diagonal. */
function causalMask(g: GraphBuilder, scores: KnownValue, filter: number): KnownValue {
  const length: Dim | undefined = scores.type.shape.at(-1);
  if (typeof length !== 'number') throw dynamic('the length that its causal mask spans');
  const cells = Array.from({ length: length * length }, (_, i) => (i % length > Math.floor(i / length) ? filter : 0));
  return g.constant(tensorOf(scores.type.dtype as 'float32', [length, length], cells));
}

function notCovered(what: string): MoatError {
  return new MoatError(`the fused Attention with ${what} has no gradient rule`, {
    code: 'GRADIENT_NOT_DIFFERENTIABLE',
    why: 'the rule covers attention over a whole sequence: masks of keys, causal masks and attention biases',
    fix: "export the model for training, without caches, or without ONNX Runtime's own fusions",
  });
}

function dynamic(what: string): MoatError {
  return new MoatError(`${what} is known only at run time`, {
    code: 'GRADIENT_DYNAMIC_SIZE',
    why: 'the fused Attention is written out for its gradient, which takes this size',
    fix: 'fix it in the inputs of the model; the batch may vary',
  });
}
