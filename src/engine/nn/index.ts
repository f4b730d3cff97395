/** @file The table of layers. A new one is a file here and a line in the table. */

import { activation } from './activation.ts';
import { batchNorm } from './batch-norm.ts';
import { add, concat } from './combine.ts';
import { conv1d, conv2d, conv3d, depthwiseConv1d, depthwiseConv2d } from './conv.ts';
import { convTranspose1d, convTranspose2d } from './conv-transpose.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { embedding } from './embedding.ts';
import { flatten } from './flatten.ts';
import { globalAveragePool, globalMaxPool } from './global-pool.ts';
import { groupNorm, instanceNorm } from './group-norm.ts';
import { gru } from './gru.ts';
import { layerNorm } from './layer-norm.ts';
import { lstm } from './lstm.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { paddingMask } from './padding-mask.ts';
import { averagePool1d, averagePool2d, averagePool3d, maxPool1d, maxPool2d, maxPool3d } from './pool.ts';
import { positionalEmbedding } from './positional-embedding.ts';
import { positionalEncoding } from './positional-encoding.ts';
import { rescale } from './rescale.ts';
import { reshape } from './reshape.ts';
import { residual } from './residual.ts';
import { rmsNorm } from './rms-norm.ts';
import { rnn } from './rnn.ts';
import { step } from './step.ts';
import { transformerDecoder } from './transformer-decoder.ts';
import { transformerEncoder } from './transformer-encoder.ts';
import { unembedding } from './unembedding.ts';
import { upsample1d, upsample2d, upsample3d } from './upsample.ts';

export const layers = {
  activation,
  add,
  averagePool1d,
  averagePool2d,
  averagePool3d,
  batchNorm,
  concat,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  dense,
  depthwiseConv1d,
  depthwiseConv2d,
  dropout,
  embedding,
  flatten,
  globalAveragePool,
  globalMaxPool,
  groupNorm,
  gru,
  instanceNorm,
  layerNorm,
  lstm,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  multiHeadAttention,
  paddingMask,
  positionalEmbedding,
  positionalEncoding,
  rescale,
  reshape,
  residual,
  rmsNorm,
  rnn,
  step,
  transformerDecoder,
  transformerEncoder,
  unembedding,
  upsample1d,
  upsample2d,
  upsample3d,
} as const;

export { type ActivationName, activations } from './activations.ts';
export { type AttentionOptions, attention } from './attention.ts';
export { type Initialiser, initialisers } from './initialisers.ts';
export type { Layer, LayerContext, State } from './layer.ts';
export { type Loss, losses } from './losses/index.ts';
export { type BuildOptions, type InputTypes, type Network, network, sequential } from './network.ts';
export { type Apply, countParameters, type Outputs, type ParameterSpec } from './trace.ts';
