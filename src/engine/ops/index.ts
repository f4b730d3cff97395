/** @file The table of operators: one line each. */

import type { Node } from '../graph/graph.ts';
import { Abs } from './abs.ts';
import { Acos } from './acos.ts';
import { Acosh } from './acosh.ts';
import { Add } from './add.ts';
import { And } from './and.ts';
import { ArgMax } from './arg-max.ts';
import { ArgMin } from './arg-min.ts';
import { Asin } from './asin.ts';
import { Asinh } from './asinh.ts';
import { Atan } from './atan.ts';
import { Atanh } from './atanh.ts';
import { AveragePool } from './average-pool.ts';
import { BatchNormalization } from './batch-normalization.ts';
import { blockedOps } from './blocked/index.ts';
import { Cast } from './cast.ts';
import { CastLike } from './cast-like.ts';
import { Ceil } from './ceil.ts';
import { Celu } from './celu.ts';
import { Clip } from './clip.ts';
import { Concat } from './concat.ts';
import { Constant } from './constant.ts';
import { ConstantOfShape } from './constant-of-shape.ts';
import { Conv } from './conv.ts';
import { ConvTranspose } from './conv-transpose.ts';
import { Cos } from './cos.ts';
import { Cosh } from './cosh.ts';
import { CumSum } from './cum-sum.ts';
import type { Op } from './define.ts';
import { DepthToSpace } from './depth-to-space.ts';
import { Det } from './det.ts';
import { DFT } from './dft.ts';
import { Div } from './div.ts';
import { Dropout } from './dropout.ts';
import { Einsum } from './einsum.ts';
import { Elu } from './elu.ts';
import { Equal } from './equal.ts';
import { Erf } from './erf.ts';
import { Exp } from './exp.ts';
import { Expand } from './expand.ts';
import { EyeLike } from './eye-like.ts';
import { Flatten } from './flatten.ts';
import { Floor } from './floor.ts';
import { Gather } from './gather.ts';
import { GatherElements } from './gather-elements.ts';
import { GatherND } from './gather-nd.ts';
import { Gelu } from './gelu.ts';
import { Gemm } from './gemm.ts';
import { GlobalAveragePool } from './global-average-pool.ts';
import { GlobalLpPool } from './global-lp-pool.ts';
import { GlobalMaxPool } from './global-max-pool.ts';
import { Greater } from './greater.ts';
import { GreaterOrEqual } from './greater-or-equal.ts';
import { GridSample } from './grid-sample.ts';
import { GroupNormalization } from './group-normalization.ts';
import { GRU } from './gru.ts';
import { HardSigmoid } from './hard-sigmoid.ts';
import { HardSwish } from './hard-swish.ts';
import { Hardmax } from './hardmax.ts';
import { Identity } from './identity.ts';
import { InstanceNormalization } from './instance-normalization.ts';
import { IsInf } from './is-inf.ts';
import { IsNaN } from './is-nan.ts';
import { LayerNormalization } from './layer-normalization.ts';
import { LeakyRelu } from './leaky-relu.ts';
import { Less } from './less.ts';
import { LessOrEqual } from './less-or-equal.ts';
import { Log } from './log.ts';
import { LogSoftmax } from './log-softmax.ts';
import { LpNormalization } from './lp-normalization.ts';
import { LpPool } from './lp-pool.ts';
import { LRN } from './lrn.ts';
import { LSTM } from './lstm.ts';
import { MatMul } from './matmul.ts';
import { Max } from './max.ts';
import { MaxPool } from './max-pool.ts';
import { MaxUnpool } from './max-unpool.ts';
import { Mean } from './mean.ts';
import { MeanVarianceNormalization } from './mean-variance-normalization.ts';
import { microsoftOps } from './microsoft/index.ts';
import { Min } from './min.ts';
import { Mish } from './mish.ts';
import { Mod } from './mod.ts';
import { Mul } from './mul.ts';
import { Neg } from './neg.ts';
import { NegativeLogLikelihoodLoss } from './negative-log-likelihood-loss.ts';
import { NonZero } from './non-zero.ts';
import { Not } from './not.ts';
import { OneHot } from './one-hot.ts';
import { Or } from './or.ts';
import { Pad } from './pad.ts';
import { Pow } from './pow.ts';
import { PRelu } from './prelu.ts';
import { RandomNormal } from './random-normal.ts';
import { RandomNormalLike } from './random-normal-like.ts';
import { RandomUniform } from './random-uniform.ts';
import { RandomUniformLike } from './random-uniform-like.ts';
import { Range } from './range.ts';
import { Reciprocal } from './reciprocal.ts';
import { ReduceL1 } from './reduce-l1.ts';
import { ReduceL2 } from './reduce-l2.ts';
import { ReduceLogSum } from './reduce-log-sum.ts';
import { ReduceLogSumExp } from './reduce-log-sum-exp.ts';
import { ReduceMax } from './reduce-max.ts';
import { ReduceMean } from './reduce-mean.ts';
import { ReduceMin } from './reduce-min.ts';
import { ReduceProd } from './reduce-prod.ts';
import { ReduceSum } from './reduce-sum.ts';
import { ReduceSumSquare } from './reduce-sum-square.ts';
import { Relu } from './relu.ts';
import { Reshape } from './reshape.ts';
import { Resize } from './resize.ts';
import { ReverseSequence } from './reverse-sequence.ts';
import { RMSNormalization } from './rms-normalization.ts';
import { RNN } from './rnn.ts';
import { RoiAlign } from './roi-align.ts';
import { Round } from './round.ts';
import { ScatterElements } from './scatter-elements.ts';
import { ScatterND } from './scatter-nd.ts';
import { Selu } from './selu.ts';
import { Shape } from './shape.ts';
import { Shrink } from './shrink.ts';
import { Sigmoid } from './sigmoid.ts';
import { Sign } from './sign.ts';
import { Sin } from './sin.ts';
import { Sinh } from './sinh.ts';
import { Size } from './size.ts';
import { Slice } from './slice.ts';
import { Softmax } from './softmax.ts';
import { SoftmaxCrossEntropyLoss } from './softmax-cross-entropy-loss.ts';
import { Softplus } from './softplus.ts';
import { Softsign } from './softsign.ts';
import { SpaceToDepth } from './space-to-depth.ts';
import { Split } from './split.ts';
import { Sqrt } from './sqrt.ts';
import { Squeeze } from './squeeze.ts';
import { STFT } from './stft.ts';
import { Sub } from './sub.ts';
import { Sum } from './sum.ts';
import { Tan } from './tan.ts';
import { Tanh } from './tanh.ts';
import { ThresholdedRelu } from './thresholded-relu.ts';
import { Tile } from './tile.ts';
import { TopK } from './top-k.ts';
import { Transpose } from './transpose.ts';
import { Trilu } from './trilu.ts';
import { Unsqueeze } from './unsqueeze.ts';
import { Where } from './where.ts';
import { Xor } from './xor.ts';

export const ops: readonly Op[] = [
  Abs,
  Acos,
  Acosh,
  Add,
  And,
  ArgMax,
  ArgMin,
  Asin,
  Asinh,
  Atan,
  Atanh,
  AveragePool,
  BatchNormalization,
  Cast,
  CastLike,
  Ceil,
  Celu,
  Clip,
  Concat,
  Constant,
  ConstantOfShape,
  Conv,
  ConvTranspose,
  Cos,
  Cosh,
  CumSum,
  DepthToSpace,
  Det,
  DFT,
  Div,
  Dropout,
  Einsum,
  Elu,
  Equal,
  Erf,
  Exp,
  Expand,
  EyeLike,
  Flatten,
  Floor,
  Gather,
  GatherElements,
  GatherND,
  Gelu,
  Gemm,
  GlobalAveragePool,
  GlobalLpPool,
  GlobalMaxPool,
  Greater,
  GreaterOrEqual,
  GridSample,
  GroupNormalization,
  GRU,
  Hardmax,
  HardSigmoid,
  HardSwish,
  Identity,
  InstanceNormalization,
  IsInf,
  IsNaN,
  LayerNormalization,
  LeakyRelu,
  Less,
  LessOrEqual,
  Log,
  LogSoftmax,
  LpNormalization,
  LpPool,
  LRN,
  LSTM,
  MatMul,
  Max,
  MaxPool,
  MaxUnpool,
  Mean,
  MeanVarianceNormalization,
  Min,
  Mish,
  Mod,
  Mul,
  Neg,
  NegativeLogLikelihoodLoss,
  NonZero,
  Not,
  OneHot,
  Or,
  Pad,
  Pow,
  PRelu,
  RandomNormal,
  RandomNormalLike,
  RandomUniform,
  RandomUniformLike,
  Range,
  Reciprocal,
  ReduceL1,
  ReduceL2,
  ReduceLogSum,
  ReduceLogSumExp,
  ReduceMax,
  ReduceMean,
  ReduceMin,
  ReduceProd,
  ReduceSum,
  ReduceSumSquare,
  Relu,
  Reshape,
  Resize,
  ReverseSequence,
  RMSNormalization,
  RNN,
  RoiAlign,
  Round,
  ScatterElements,
  ScatterND,
  Selu,
  Shape,
  Shrink,
  Sigmoid,
  Sign,
  Sin,
  Sinh,
  Size,
  Slice,
  Softmax,
  SoftmaxCrossEntropyLoss,
  Softplus,
  Softsign,
  SpaceToDepth,
  Split,
  Sqrt,
  Squeeze,
  STFT,
  Sub,
  Sum,
  Tan,
  Tanh,
  ThresholdedRelu,
  Tile,
  TopK,
  Transpose,
  Trilu,
  Unsqueeze,
  Where,
  Xor,
  ...microsoftOps,
];

const byName = new Map([...ops, ...blockedOps].map((op) => [`${op.domain}.${op.type}`, op]));

/** The operator of a node, or undefined when it is not in the table. */
export function findOp(node: Pick<Node, 'opType' | 'domain'>): Op | undefined {
  return byName.get(`${node.domain === 'ai.onnx' ? '' : node.domain}.${node.opType}`);
}

/** Names of all operators of the table. */
export function opTypes(): string[] {
  return ops.map(({ type }) => type);
}
