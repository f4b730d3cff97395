/**
 * @file Low-rank adapters (LoRA, Hu et al. 2021): a weight stays as it is, and what is learned is a product of two thin matrices beside it.
 *
 *     W′ = W + (α / r) · B · A        W [out, in], B [out, r] zeros, A [r, in] random
 *
 * A kernel of a convolution [out, in, …] counts as [out, in · …]; a weight that stands right of a product, [in, out], gets (B · A)ᵀ.
 */

import { MoatError } from '../errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { showShape } from '../graph/dims.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { KnownValue } from '../graph/known.ts';
import { initialisers } from '../nn/initialisers.ts';
import type { ParameterSpec } from '../nn/trace.ts';
import { product } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { NamePattern } from './patterns.ts';
import { readersOf } from './roles.ts';

export interface AdapterOptions {
  /** Weights of `MatMul`, `Gemm` and `Conv` that get one, by name. */
  readonly weights: NamePattern;
  /** r. */
  readonly rank: number;
  /** α; the rank unless said otherwise, so that α / r is 1. */
  readonly alpha?: number;
}

export interface Adapter {
  readonly weight: string;
  readonly shape: readonly number[];
  /** α / r. */
  readonly scale: number;
  /** Whether W is kept as [in, out]. */
  readonly transposed: boolean;
  readonly A: ParameterSpec;
  readonly B: ParameterSpec;
}

/** @throws MoatError `TUNE_ADAPTER_RANK`, `TUNE_ADAPTER_WEIGHT` for a weight that is no matrix of a product */
export function adapterOf(graph: Graph, weight: string, tensor: Tensor, { rank, alpha = rank }: AdapterOptions): Adapter {
  const transposed = isTransposed(graph, weight, tensor.shape);
  const [first = 1, ...others] = tensor.shape;
  const [outSize, inSize] = transposed ? [product(others), first] : [first, product(others)];
  requireRank(weight, rank, alpha, Math.min(outSize, inSize));
  return {
    weight,
    shape: tensor.shape,
    scale: alpha / rank,
    transposed,
    // As PyTorch's peft: U(±1/√in), which is He's uniform with a slope of √5.
    A: { name: `${weight}.lora_A`, shape: [rank, inSize], initialise: initialisers.uniform(1 / Math.sqrt(inSize)) },
    B: { name: `${weight}.lora_B`, shape: [outSize, rank], initialise: initialisers.zeros() },
  };
}

/** W′ in the graph. */
export function adapted(g: GraphBuilder, { shape, scale, transposed }: Adapter, W: KnownValue, A: KnownValue, B: KnownValue): KnownValue {
  const delta = transposed ? g.matMul(g.transpose(A), g.transpose(B)) : g.matMul(B, A);
  return g.add(W, g.mul(g.reshape(delta, shape), scale));
}

/** W′ in numbers, each summed in float64 and rounded once. */
export function merged({ scale, transposed, A, B }: Adapter, W: Float32Array, a: Float32Array, b: Float32Array): Float32Array {
  const [outSize = 1, rank = 1] = B.shape;
  const [, inSize = 1] = A.shape;
  const result = new Float32Array(W.length);
  for (let i = 0; i < W.length; i++) {
    const [o, n] = transposed ? [i % outSize, Math.floor(i / outSize)] : [Math.floor(i / inSize), i % inSize];
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += (b[o * rank + k] as number) * (a[k * inSize + n] as number);
    result[i] = (W[i] as number) + scale * sum;
  }
  return result;
}

/** Whether the weight stands as [in, out], judged by the nodes that read it. */
function isTransposed(graph: Graph, weight: string, shape: readonly number[]): boolean {
  const sides = new Set(readersOf(graph, weight).map(({ node, position }) => sideOf(graph, node, position)));
  const [side, ...more] = sides;
  const isMatrix = shape.length === 2 || (shape.length > 2 && side === 'kernel');
  if (side !== undefined && more.length === 0 && isMatrix) return side === 'right';
  throw new MoatError(`"${weight}" cannot have an adapter`, {
    code: 'TUNE_ADAPTER_WEIGHT',
    why: `an adapter stands beside the matrix of a MatMul or Gemm or the kernel of a Conv; "${weight}" is ${showShape(shape)}, read by ${
      readersOf(graph, weight)
        .map(({ node, position }) => `${node.opType} as input ${position}`)
        .join(', ') || 'no node'
    }`,
    fix: 'choose other weights, or train this one whole: it is not frozen unless you say so',
  });
}

/** `right`: [in, out]. `left` and `kernel`: [out, in, …]. */
function sideOf(graph: Graph, node: Node, position: number): 'left' | 'right' | 'kernel' | undefined {
  const [output = ''] = node.outputs;
  const next = (flip: boolean): 'left' | 'right' | 'kernel' | undefined => {
    const sides = new Set(readersOf(graph, output).map((reader) => sideOf(graph, reader.node, reader.position)));
    const [side] = sides;
    if (sides.size !== 1 || side === 'kernel') return undefined;
    return flip && side !== undefined ? other(side) : side;
  };
  switch (node.opType) {
    case 'MatMul':
      return position === 0 ? 'left' : 'right';
    case 'Gemm': {
      const name = position === 0 ? 'transA' : 'transB';
      const flag = node.attributes.get(name);
      const isFlipped = flag?.kind === 'int' && flag.value !== 0n;
      if (position > 1) return undefined;
      const side = position === 0 ? 'left' : 'right';
      return isFlipped ? other(side) : side;
    }
    case 'Conv':
      return position === 1 ? 'kernel' : undefined;
    case 'Identity':
      return next(false);
    case 'Transpose': {
      const perm = node.attributes.get('perm');
      const flips = perm === undefined || (perm.kind === 'ints' && String(perm.value) === '1,0');
      return flips ? next(true) : undefined;
    }
    default:
      return undefined;
  }
}

function other(side: 'left' | 'right'): 'left' | 'right' {
  return side === 'left' ? 'right' : 'left';
}

function requireRank(weight: string, rank: number, alpha: number, highest: number): void {
  if (Number.isInteger(rank) && rank >= 1 && rank <= highest && alpha > 0 && Number.isFinite(alpha)) return;
  throw new MoatError(`"${weight}" cannot have an adapter of rank ${rank} and alpha ${alpha}`, {
    code: 'TUNE_ADAPTER_RANK',
    why: `the rank must be a whole number from 1 to ${highest}, the shorter side of the weight, and alpha above 0`,
    fix: 'choose a lower rank, or leave this weight out of the pattern',
  });
}
