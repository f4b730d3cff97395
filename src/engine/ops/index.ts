/** @file The table of operators: one line each. */

import type { Node } from '../graph/graph.ts';
import { Abs } from './abs.ts';
import { Add } from './add.ts';
import { And } from './and.ts';
import { Cast } from './cast.ts';
import { Ceil } from './ceil.ts';
import { Clip } from './clip.ts';
import { Concat } from './concat.ts';
import { Constant } from './constant.ts';
import { ConstantOfShape } from './constant-of-shape.ts';
import { Cos } from './cos.ts';
import type { Op } from './define.ts';
import { Div } from './div.ts';
import { Equal } from './equal.ts';
import { Erf } from './erf.ts';
import { Exp } from './exp.ts';
import { Expand } from './expand.ts';
import { Floor } from './floor.ts';
import { Gather } from './gather.ts';
import { GatherND } from './gather-nd.ts';
import { Gemm } from './gemm.ts';
import { Greater } from './greater.ts';
import { GreaterOrEqual } from './greater-or-equal.ts';
import { Identity } from './identity.ts';
import { Less } from './less.ts';
import { LessOrEqual } from './less-or-equal.ts';
import { Log } from './log.ts';
import { LogSoftmax } from './log-softmax.ts';
import { MatMul } from './matmul.ts';
import { Max } from './max.ts';
import { Min } from './min.ts';
import { Mul } from './mul.ts';
import { Neg } from './neg.ts';
import { NonZero } from './non-zero.ts';
import { Not } from './not.ts';
import { Or } from './or.ts';
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
import { ScatterND } from './scatter-nd.ts';
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
  Cast,
  Ceil,
  Clip,
  Concat,
  Constant,
  ConstantOfShape,
  Cos,
  Div,
  Equal,
  Erf,
  Exp,
  Expand,
  Floor,
  Gather,
  GatherND,
  Gemm,
  Greater,
  GreaterOrEqual,
  Identity,
  Less,
  LessOrEqual,
  Log,
  LogSoftmax,
  MatMul,
  Max,
  Min,
  Mul,
  Neg,
  NonZero,
  Not,
  Or,
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
  ScatterND,
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
