/** @file What the blocks of the Transformer share: where the normalisation stands, and the feed-forward layers. */

import type { KnownValue } from '../graph/known.ts';
import type { ActivationName } from './activations.ts';
import { dense } from './dense.ts';
import { requireRate } from './dropout.ts';
import type { LayerContext } from './layer.ts';
import { layerNorm } from './layer-norm.ts';
import type { MultiHeadAttentionOptions } from './multi-head-attention.ts';
import { knownSize, requireCount } from './sizes.ts';

export interface TransformerBlockOptions extends Omit<MultiHeadAttentionOptions, 'causal'> {
  /** Units of the inner feed-forward layer. */
  readonly hidden: number;
  /** Dropout before each sum; 0.1 unless said otherwise. */
  readonly dropout?: number;
  /** Of the inner layer; `relu` unless said otherwise. */
  readonly activation?: ActivationName;
  /** `post` (unless said otherwise) as in the paper: norm(x + f(x)); `pre`: x + f(norm(x)), which trains deep stacks without warm-up. */
  readonly norm?: 'pre' | 'post';
}

/** x and f(x) added, with the normalisation `own` in its place. */
export type Residual = (own: string, x: KnownValue, f: (x: KnownValue) => KnownValue) => KnownValue;

/** @throws MoatError `LAYER_OPTION` */
export function requireBlock(kind: string, { hidden, dropout = 0.1 }: TransformerBlockOptions): void {
  requireCount(kind, 'hidden', hidden);
  requireRate(kind, dropout);
}

export function residualOf({ g, inner, dropout }: LayerContext, { dropout: rate = 0.1, norm = 'post' }: TransformerBlockOptions): Residual {
  return (own, x, f) => {
    if (norm === 'pre') return g.add(x, dropout(f(inner(own, layerNorm(), x)), rate));
    return inner(own, layerNorm(), g.add(x, dropout(f(x), rate)));
  };
}

/** activation(x·W₁ + b₁)·W₂ + b₂, as wide as x. */
export function feedForward(
  { name, inner }: LayerContext,
  x: KnownValue,
  { hidden, activation = 'relu' }: TransformerBlockOptions,
): KnownValue {
  const raised = inner('hidden', dense({ units: hidden, activation }), x);
  return inner('output', dense({ units: knownSize(name, x, -1) }), raised);
}
