/**
 * @file One encoder block of the Transformer (Vaswani et al. 2017, section 3.1), with the normalisation after each sum as in the paper.
 *
 *     a = layerNorm(x + dropout(attention(x)))
 *     y = layerNorm(a + dropout(relu(a·W₁ + b₁)·W₂ + b₂))
 */

import { dense } from './dense.ts';
import { requireRate } from './dropout.ts';
import type { Layer } from './layer.ts';
import { layerNorm } from './layer-norm.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { knownSize, requireCount } from './sizes.ts';

export interface TransformerEncoderOptions {
  readonly heads: number;
  /** Units of the inner feed-forward layer. */
  readonly hidden: number;
  /** Dropout before each sum; 0.1 unless said otherwise. */
  readonly dropout?: number;
  readonly causal?: boolean;
}

export function transformerEncoder({ heads, hidden, dropout: rate = 0.1, causal = false }: TransformerEncoderOptions): Layer {
  requireCount('transformerEncoder', 'hidden', hidden);
  requireRate('transformerEncoder', rate);
  const attention = multiHeadAttention({ heads, causal });
  return {
    kind: 'transformerEncoder',
    build({ g, name, inner, dropout }, x) {
      const width = knownSize(name, x, -1);
      const attended = dropout(inner('attention', attention, x), rate);
      const a = inner('norm1', layerNorm(), g.add(x, attended));
      const raised = inner('hidden', dense({ units: hidden, activation: 'relu' }), a);
      const lowered = dropout(inner('output', dense({ units: width }), raised), rate);
      return inner('norm2', layerNorm(), g.add(a, lowered));
    },
  };
}
