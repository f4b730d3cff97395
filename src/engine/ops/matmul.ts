/** @file MatMul: Y = A · B over the last two axes; the axes before them broadcast. */

import { MoatError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { broadcastShapes, isStatic, productOfDims, showType } from '../graph/dims.ts';
import type { Dim } from '../graph/graph.ts';
import type { Known, KnownValue } from '../graph/known.ts';
import { defineOp } from './define.ts';
import { sumTo } from './sum-to.ts';

export const MatMul = defineOp({
  type: 'MatMul',
  inputs: ['A', 'B'],
  outputs: ['Y'],

  infer({ A, B }) {
    const [a, b] = [atLeastMatrix(A.shape, 'row'), atLeastMatrix(B.shape, 'column')];
    const [k, k2] = [a.at(-1) as Dim, b.at(-2) as Dim];
    if (typeof k === 'number' && typeof k2 === 'number' && k !== k2) throw innerMismatch(A, B, k, k2);
    const rows = A.shape.length > 1 ? [a.at(-2) as Dim] : [];
    const columns = B.shape.length > 1 ? [b.at(-1) as Dim] : [];
    return { Y: { dtype: A.dtype, shape: [...broadcastShapes(a.slice(0, -2), b.slice(0, -2)), ...rows, ...columns] } };
  },

  // dA = dY · Bᵀ and dB = Aᵀ · dY. An axis that was broadcast going forward fed several products, so its gradient is the sum over them.
  grad: (g, { A, B, dY }) => ({
    A: () => restore(g, productByB(g, full(g, A, B, dY)), A),
    B: () => restore(g, productByA(g, full(g, A, B, dY)), B),
  }),

  samples: [
    { A: [2, 3], B: [3, 4] },
    { A: [5, 2, 3], B: [3, 4] }, // a dense layer over a sequence
    { A: [5, 1, 2, 3], B: [6, 3, 4] }, // both sides broadcast
    { A: [3], B: [3, 4] },
    { A: [2, 3], B: [3] },
    { A: [3], B: [3] },
  ],
});

interface Product {
  readonly A: KnownValue;
  readonly B: KnownValue;
  readonly dY: KnownValue;
}

/** Vectors as the matrices that the product took them for. */
function full(g: GraphBuilder, A: KnownValue, B: KnownValue, dY: KnownValue): Product {
  const rowVector = A.type.shape.length === 1;
  const columnVector = B.type.shape.length === 1;
  const rank = dY.type.shape.length;
  const restored = columnVector ? g.unsqueeze(dY, [rank]) : dY;
  return {
    A: rowVector ? g.unsqueeze(A, [0]) : A,
    B: columnVector ? g.unsqueeze(B, [1]) : B,
    dY: rowVector ? g.unsqueeze(restored, [restored.type.shape.length - 1]) : restored,
  };
}

/** dY · Bᵀ */
function productByB(g: GraphBuilder, { B, dY }: Product): KnownValue {
  if (B.type.shape.length === 2 && dY.type.shape.length === 2) return g.gemm(dY, B, undefined, { transB: true });
  return g.matMul(dY, g.swapLastTwo(B));
}

/** Aᵀ · dY; one large product where B is shared by all matrices of A. */
function productByA(g: GraphBuilder, { A, B, dY }: Product): KnownValue {
  if (B.type.shape.length === 2 && sameLeading(A, dY)) {
    return g.gemm(asMatrix(g, A), asMatrix(g, dY), undefined, { transA: true });
  }
  return g.matMul(g.swapLastTwo(A), dY);
}

function sameLeading(A: KnownValue, dY: KnownValue): boolean {
  return A.type.shape.length === dY.type.shape.length && isStatic(A.type.shape.slice(-1)) && isStatic(dY.type.shape.slice(-1));
}

/** All axes but the last folded into rows. */
function asMatrix(g: GraphBuilder, x: KnownValue): KnownValue {
  const { shape } = x.type;
  if (shape.length === 2) return x;
  const rows = productOfDims(shape.slice(0, -1));
  return g.reshape(x, [typeof rows === 'number' ? rows : -1, shape.at(-1) as Dim]);
}

/** Back to the operand's shape, summed over what was broadcast. */
function restore(g: GraphBuilder, gradient: KnownValue, like: KnownValue): KnownValue {
  if (like.type.shape.length > 1) return sumTo(g, gradient, like);
  const matrix = sumTo(g, gradient, { ...gradient, type: { ...gradient.type, shape: gradient.type.shape.slice(-2) } });
  return g.reshape(matrix, [-1]);
}

function atLeastMatrix(shape: readonly Dim[], vector: 'row' | 'column'): readonly Dim[] {
  if (shape.length > 1) return shape;
  return vector === 'row' ? [1, ...shape] : [...shape, 1];
}

function innerMismatch(A: Known, B: Known, k: number, k2: number): MoatError {
  return new MoatError(`MatMul cannot multiply ${showType(A)} by ${showType(B)}`, {
    code: 'SHAPE_MATMUL_INNER',
    why: `the last axis of A is ${k} but the second-last axis of B is ${k2}`,
    fix: `give B ${k} rows, or check the layer that made A`,
  });
}
