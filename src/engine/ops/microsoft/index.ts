/** @file The fused operators of ONNX Runtime that optimised and exported models contain: one line each. Each is written in ONNX's own. */

import type { Op } from '../define.ts';
import { Attention } from './attention.ts';
import { BiasGelu } from './bias-gelu.ts';
import { FastGelu } from './fast-gelu.ts';
import { FusedConv } from './fused-conv.ts';
import { FusedGemm } from './fused-gemm.ts';
import { FusedMatMul } from './fused-matmul.ts';
import { Gelu } from './gelu.ts';
import { QuickGelu } from './quick-gelu.ts';
import { RotaryEmbedding } from './rotary-embedding.ts';
import { SimplifiedLayerNormalization } from './simplified-layer-normalization.ts';
import { SkipLayerNormalization } from './skip-layer-normalization.ts';
import { SkipSimplifiedLayerNormalization } from './skip-simplified-layer-normalization.ts';

export const microsoftOps: readonly Op[] = [
  Attention,
  BiasGelu,
  FastGelu,
  FusedConv,
  FusedGemm,
  FusedMatMul,
  Gelu,
  QuickGelu,
  RotaryEmbedding,
  SimplifiedLayerNormalization,
  SkipLayerNormalization,
  SkipSimplifiedLayerNormalization,
];
