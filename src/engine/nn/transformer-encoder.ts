/**
 * @file One encoder block of the Transformer (Vaswani et al. 2017, section 3.1); with `causal` it is the block of GPT.
 *
 *     a = norm(x + dropout(attention(x)))                          with `norm: 'post'`, as in the paper
 *     y = norm(a + dropout(activation(a·W₁ + b₁)·W₂ + b₂))
 */

import type { KnownValue } from '../graph/known.ts';
import type { Layer } from './layer.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { feedForward, requireBlock, residualOf, type TransformerBlockOptions } from './transformer-block.ts';

export interface TransformerEncoderOptions extends TransformerBlockOptions {
  /** Whether a place sees only itself and what came before it. */
  readonly causal?: boolean;
}

/** A mask [batch, time] says which places are real. */
export type TransformerEncoderInputs = readonly [x: KnownValue, also?: { readonly mask?: KnownValue }];

export function transformerEncoder(options: TransformerEncoderOptions): Layer<TransformerEncoderInputs> {
  requireBlock('transformerEncoder', options);
  const attention = multiHeadAttention(options);
  return {
    kind: 'transformerEncoder',
    build(context, x, { mask } = {}) {
      const residual = residualOf(context, options);
      const a = residual('norm1', x, (value) => context.inner('attention', attention, value, { ...(mask && { mask }) }));
      return residual('norm2', a, (value) => feedForward(context, value, options));
    },
  };
}
