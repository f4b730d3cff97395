/**
 * @file One decoder block of the Transformer (Vaswani et al. 2017, section 3.1): it sees what came before, and all of a memory.
 *
 *     a = norm(x + dropout(causal attention(x)))                   with `norm: 'post'`, as in the paper
 *     b = norm(a + dropout(attention(a, memory)))
 *     y = norm(b + dropout(activation(b·W₁ + b₁)·W₂ + b₂))
 */

import type { KnownValue } from '../graph/known.ts';
import type { Layer } from './layer.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { feedForward, requireBlock, residualOf, type TransformerBlockOptions } from './transformer-block.ts';

/** What comes with x: what the encoder gave, and which places of x and of the memory are real, [batch, time] each. */
export interface TransformerDecoderAlso {
  readonly memory: KnownValue;
  readonly mask?: KnownValue;
  readonly memoryMask?: KnownValue;
}

/** Without a memory use `transformerEncoder({ causal: true, … })`. Places turn only in the attention to x itself, as distances to a memory mean nothing. */
export function transformerDecoder(options: TransformerBlockOptions): Layer<readonly [x: KnownValue, also: TransformerDecoderAlso]> {
  requireBlock('transformerDecoder', options);
  const own = multiHeadAttention({ ...options, causal: true });
  const cross = multiHeadAttention({ ...options, rotary: false });
  return {
    kind: 'transformerDecoder',
    build(context, x, { memory, mask, memoryMask }) {
      const residual = residualOf(context, options);
      const a = residual('norm1', x, (value) => context.inner('attention', own, value, { ...(mask && { mask }) }));
      const b = residual('norm2', a, (value) => context.inner('cross', cross, value, { memory, ...(memoryMask && { mask: memoryMask }) }));
      return residual('norm3', b, (value) => feedForward(context, value, options));
    },
  };
}
