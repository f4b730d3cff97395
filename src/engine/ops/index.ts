/** @file The table of operators: one line each. */

import type { Node } from '../graph/graph.ts';
import { Abs } from './abs.ts';
import { Add } from './add.ts';
import { And } from './and.ts';
import { AveragePool } from './average-pool.ts';
import { BatchNormalization } from './batch-normalization.ts';
import { Cast } from './cast.ts';
import { Ceil } from './ceil.ts';
import { Clip } from './clip.ts';
import { Concat } from './concat.ts';
import { Constant } from './constant.ts';
import { ConstantOfShape } from './constant-of-shape.ts';
import { Conv } from './conv.ts';
import { ConvTranspose } from './conv-transpose.ts';
import { Cos } from './cos.ts';
import type { Op } from './define.ts';
import { Div } from './div.ts';
import { Dropout } from './dropout.ts';
import { Elu } from './elu.ts';
import { Equal } from './equal.ts';
import { Erf } from './erf.ts';
import { Exp } from './exp.ts';
import { Expand } from './expand.ts';
import { Flatten } from './flatten.ts';
import { Floor } from './floor.ts';
import { Gather } from './gather.ts';
import { GatherElements } from './gather-elements.ts';
import { GatherND } from './gather-nd.ts';
import { Gelu } from './gelu.ts';
import { Gemm } from './gemm.ts';
import { GlobalAveragePool } from './global-average-pool.ts';
import { GlobalMaxPool } from './global-max-pool.ts';
import { Greater } from './greater.ts';
import { GreaterOrEqual } from './greater-or-equal.ts';
import { GRU } from './gru.ts';
import { HardSigmoid } from './hard-sigmoid.ts';
import { Identity } from './identity.ts';
import { LayerNormalization } from './layer-normalization.ts';
import { LeakyRelu } from './leaky-relu.ts';
import { Less } from './less.ts';
import { LessOrEqual } from './less-or-equal.ts';
import { Log } from './log.ts';
import { LogSoftmax } from './log-softmax.ts';
import { LSTM } from './lstm.ts';
import { MatMul } from './matmul.ts';
import { Max } from './max.ts';
import { MaxPool } from './max-pool.ts';
import { Min } from './min.ts';
import { Mul } from './mul.ts';
import { Neg } from './neg.ts';
import { NonZero } from './non-zero.ts';
import { Not } from './not.ts';
import { Or } from './or.ts';
import { Pad } from './pad.ts';
import { Pow } from './pow.ts';
import { Reciprocal } from './reciprocal.ts';
import { ReduceMax } from './reduce-max.ts';
import { ReduceMean } from './reduce-mean.ts';
import { ReduceMin } from './reduce-min.ts';
import { ReduceProd } from './reduce-prod.ts';
import { ReduceSum } from './reduce-sum.ts';
import { Relu } from './relu.ts';
import { Reshape } from './reshape.ts';
import { Round } from './round.ts';
import { ScatterElements } from './scatter-elements.ts';
import { ScatterND } from './scatter-nd.ts';
import { Selu } from './selu.ts';
import { Shape } from './shape.ts';
import { Sigmoid } from './sigmoid.ts';
import { Sign } from './sign.ts';
import { Sin } from './sin.ts';
import { Slice } from './slice.ts';
import { Softmax } from './softmax.ts';
import { Softplus } from './softplus.ts';
import { Split } from './split.ts';
import { Sqrt } from './sqrt.ts';
import { Squeeze } from './squeeze.ts';
import { Sub } from './sub.ts';
import { Sum } from './sum.ts';
import { Tanh } from './tanh.ts';
import { Transpose } from './transpose.ts';
import { Unsqueeze } from './unsqueeze.ts';
import { Where } from './where.ts';

export const ops: readonly Op[] = [
  Abs,
  Add,
  And,
  AveragePool,
  BatchNormalization,
  Cast,
  Ceil,
  Clip,
  Concat,
  Constant,
  ConstantOfShape,
  Conv,
  ConvTranspose,
  Cos,
  Div,
  Dropout,
  Elu,
  Equal,
  Erf,
  Exp,
  Expand,
  Flatten,
  Floor,
  Gather,
  GatherElements,
  GatherND,
  Gelu,
  Gemm,
  GlobalAveragePool,
  GlobalMaxPool,
  Greater,
  GreaterOrEqual,
  GRU,
  HardSigmoid,
  Identity,
  LayerNormalization,
  LeakyRelu,
  Less,
  LessOrEqual,
  Log,
  LogSoftmax,
  LSTM,
  MatMul,
  Max,
  MaxPool,
  Min,
  Mul,
  Neg,
  NonZero,
  Not,
  Or,
  Pad,
  Pow,
  Reciprocal,
  ReduceMax,
  ReduceMean,
  ReduceMin,
  ReduceProd,
  ReduceSum,
  Relu,
  Reshape,
  Round,
  ScatterElements,
  ScatterND,
  Selu,
  Shape,
  Sigmoid,
  Sign,
  Sin,
  Slice,
  Softmax,
  Softplus,
  Split,
  Sqrt,
  Squeeze,
  Sub,
  Sum,
  Tanh,
  Transpose,
  Unsqueeze,
  Where,
];

const byName = new Map(ops.map((op) => [`${op.domain}.${op.type}`, op]));

/** The operator of a node, or undefined when it is not in the table. */
export function findOp(node: Pick<Node, 'opType' | 'domain'>): Op | undefined {
  return byName.get(`${node.domain === 'ai.onnx' ? '' : node.domain}.${node.opType}`);
}

/** Names of all operators of the table. */
export function opTypes(): string[] {
  return ops.map(({ type }) => type);
}
