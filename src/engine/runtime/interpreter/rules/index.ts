/** @file The table of operators that the interpreter knows. A rule answers false for a form of its operator that it does not know. */

import type { Place, Rule } from '../program.ts';
import { floatOf } from './attributes.ts';
import { broadcast, cast, choose, clip, elementwise, power } from './elementwise.ts';
import { constantOfShape, expandTo, pieces, shared, slice, transpose } from './moves.ts';
import { gatherAlongFirst, gatherElements, scatterElements, scatterRows } from './picks.ts';
import { gemm, matMul } from './products.ts';
import { reduction, softmaxOf } from './reductions.ts';

export const rules: Readonly<Record<string, Rule>> = {
  Identity: shared,
  Reshape: shared,
  Flatten: shared,
  Squeeze: shared,
  Unsqueeze: shared,
  Cast: cast,
  Neg: elementwise('neg'),
  Abs: elementwise('abs'),
  Exp: elementwise('exp'),
  Log: elementwise('log'),
  Sqrt: elementwise('sqrt'),
  Reciprocal: elementwise('reciprocal'),
  Sigmoid: elementwise('sigmoid'),
  Tanh: elementwise('tanh'),
  Relu: elementwise('relu'),
  LeakyRelu: elementwise('leakyRelu', (node) => floatOf(node, 'alpha', 0.01)),
  Softplus: elementwise('softplus'),
  Sign: elementwise('sign'),
  Floor: elementwise('floor'),
  Ceil: elementwise('ceil'),
  Round: elementwise('round'),
  Not: elementwise('not'),
  Add: broadcast('add'),
  Sub: broadcast('sub'),
  Mul: broadcast('mul'),
  Div: broadcast('div'),
  Max: broadcast('max'),
  Min: broadcast('min'),
  Sum: broadcast('add'),
  Greater: broadcast('greater', 'any'),
  GreaterOrEqual: broadcast('greaterOrEqual', 'any'),
  Less: broadcast('less', 'any'),
  LessOrEqual: broadcast('lessOrEqual', 'any'),
  Equal: broadcast('equal', 'any'),
  And: broadcast('and', 'any'),
  Or: broadcast('or', 'any'),
  Xor: broadcast('notEqual', 'any'),
  Where: choose,
  Clip: clip,
  Pow: power,
  Expand: (site) => expandTo(site, site.input(0) as Place, site.output().shape, site.output().at),
  ConstantOfShape: constantOfShape,
  Transpose: transpose,
  Concat: (site) =>
    pieces(
      site,
      site.output(),
      site.node.inputs.map((_, i) => site.input(i) as Place),
      true,
    ),
  Split: (site) =>
    pieces(
      site,
      site.input(0) as Place,
      site.node.outputs.map((_, i) => site.output(i)),
      false,
    ),
  Slice: slice,
  Gemm: gemm,
  MatMul: matMul,
  ReduceSum: reduction('sum'),
  ReduceMean: reduction('mean'),
  ReduceMax: reduction('max'),
  Softmax: softmaxOf(false),
  LogSoftmax: softmaxOf(true),
  Gather: gatherAlongFirst,
  GatherElements: gatherElements,
  ScatterElements: scatterElements,
  ScatterND: scatterRows,
};
