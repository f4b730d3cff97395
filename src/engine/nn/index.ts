/** @file The table of layers. A new one is a file here and a line in the table. */

import { activation } from './activation.ts';
import { averagePool2d } from './average-pool-2d.ts';
import { conv2d } from './conv-2d.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { embedding } from './embedding.ts';
import { flatten } from './flatten.ts';
import { globalAveragePool } from './global-average-pool.ts';
import { layerNorm } from './layer-norm.ts';
import { lstm } from './lstm.ts';
import { maxPool2d } from './max-pool-2d.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { positionalEncoding } from './positional-encoding.ts';
import { rescale } from './rescale.ts';
import { reshape } from './reshape.ts';
import { step } from './step.ts';
import { transformerEncoder } from './transformer-encoder.ts';

export const layers = {
  activation,
  averagePool2d,
  conv2d,
  dense,
  dropout,
  embedding,
  flatten,
  globalAveragePool,
  layerNorm,
  lstm,
  maxPool2d,
  multiHeadAttention,
  positionalEncoding,
  rescale,
  reshape,
  step,
  transformerEncoder,
} as const;

export { type ActivationName, activations } from './activations.ts';
export { type Initialiser, initialisers } from './initialisers.ts';
export type { Layer, LayerContext, State } from './layer.ts';
export { type Loss, losses } from './losses/index.ts';
export { attention } from './multi-head-attention.ts';
export { type BuildOptions, type InputTypes, type Network, network, sequential } from './network.ts';
export { type Apply, countParameters, type Outputs, type ParameterSpec } from './trace.ts';
