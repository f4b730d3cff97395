/** @file What inference knows of a value: its type, and for small whole-number tensors also their elements, so that shape arithmetic can be followed. */

import { arrayTypes, tensorOf } from '../tensor/make.ts';
import { product } from '../tensor/shape.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';
import type { Dim, TensorType, Value } from './graph.ts';

/** A type whose rank is known. */
export interface Known extends TensorType {
  readonly shape: readonly Dim[];
  /** Elements of a whole-number tensor of rank 0 or 1, where known; a dim name stands for a size known only at run time. */
  readonly contents?: readonly Dim[];
  /** The tensor itself, when the value is a constant of the graph. */
  readonly tensor?: Tensor;
  /** Whether no training can change the tensor: it stands in a Constant node, or was worked out from such. */
  readonly literal?: true;
}

/** A value of which at least dtype and rank are known. */
export interface KnownValue extends Value {
  readonly type: Known;
}

/** Longer vectors are data, not shapes. */
const LONGEST_FOLLOWED = 256;

export function knownOfTensor(tensor: Tensor): Known {
  const contents = contentsOf(tensor);
  return { dtype: tensor.dtype, shape: tensor.shape, tensor, ...(contents && { contents }) };
}

/** The elements, where known, as a tensor; undefined when one of them is a name. */
export function tensorOfContents(known: Known): Tensor | undefined {
  const { contents, dtype, shape, tensor } = known;
  // The tensor itself is exact where a number may not be: 2⁶³ − 1 means the end of an axis.
  if (tensor !== undefined && isWhole(dtype)) return tensor;
  if (contents === undefined || dtype === 'string' || !isWhole(dtype)) return undefined;
  if (!contents.every((item): item is number => Number.isSafeInteger(item))) return undefined;
  return tensorOf(dtype as DType, shape as readonly number[], contents);
}

/** Whether elements of the dtype can be followed as dims. */
export function isWhole(dtype: DType): boolean {
  return dtype === 'int64' || dtype === 'int32' || dtype === 'bool';
}

function contentsOf(tensor: Tensor): Dim[] | undefined {
  if (!isWhole(tensor.dtype) || tensor.shape.length > 1 || product(tensor.shape) > LONGEST_FOLLOWED) return undefined;
  if (!(tensor.dtype in arrayTypes)) return undefined;
  return Array.from(tensor.data as ArrayLike<bigint | number>, Number);
}
