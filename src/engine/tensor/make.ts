/** @file Makes tensors: typed storage of the right length for a dtype and a shape. */

import { MoatError } from '../errors.ts';
import { asFloat32, toFloat16 } from './float16.ts';
import { product } from './shape.ts';
import type { DataByDType, DType, Tensor } from './tensor.ts';

/** Array constructors by dtype; `string` tensors have no fixed width and are made from given data only. */
export const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  complex64: Float32Array,
  complex128: Float64Array,
  float8e4m3fn: Uint8Array,
  float8e4m3fnuz: Uint8Array,
  float8e5m2: Uint8Array,
  float8e5m2fnuz: Uint8Array,
  float8e8m0: Uint8Array,
  float4e2m1: Uint8Array,
  int4: Uint8Array,
  uint4: Uint8Array,
} as const;

/** How many items of its array a tensor takes: two for a complex element, half a byte for one of 4 bits. */
export function storedLength(dtype: DType, shape: readonly number[]): number {
  const count = product(shape);
  if (dtype === 'complex64' || dtype === 'complex128') return 2 * count;
  return dtype === 'int4' || dtype === 'uint4' || dtype === 'float4e2m1' ? Math.ceil(count / 2) : count;
}

/** Values that may fill a tensor: the typed array itself (kept, not copied), or anything to be converted. */
export type TensorData<D extends DType> = DataByDType[D] | Iterable<number | bigint | boolean>;

/**
 * A tensor of `shape` holding `data`, or zeros when `data` is left out. A typed array of the dtype's own kind is used as it is, without a copy
 * (for 16-bit floats their words); numbers are rounded to the nearest that the dtype has.
 * @throws MoatError `TENSOR_LENGTH` when the number of elements is not the product of the shape.
 */
export function tensorOf<D extends DType>(dtype: D, shape: readonly number[], data?: TensorData<D>): Tensor<D> {
  const length = storedLength(dtype, shape);
  const stored = data === undefined ? zeros(dtype, length) : store(dtype, data);
  if (stored.length !== length) {
    throw new MoatError(`a ${dtype}[${shape.join(', ')}] tensor cannot hold ${stored.length} elements`, {
      code: 'TENSOR_LENGTH',
      why: `the product of its shape is ${length}`,
      fix: 'give as many elements as the shape says, or another shape',
    });
  }
  return { dtype, shape, data: stored } as unknown as Tensor<D>;
}

/** A tensor of rank 0. */
export function scalar<D extends Exclude<DType, 'string'>>(value: number | bigint | boolean, dtype: D): Tensor<D> {
  return tensorOf(dtype, [], [value] as Iterable<number | bigint | boolean>);
}

/** An int64 vector, the form in which ONNX takes shapes, axes and positions. */
export function int64s(values: readonly number[]): Tensor<'int64'> {
  return tensorOf('int64', [values.length], BigInt64Array.from(values, BigInt));
}

/** Whether values of the dtype are real numbers, so that a derivative can exist. */
export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
}

/** Elements as plain numbers; for reading small tensors such as shapes, not for arithmetic on data. */
export function toNumbers(tensor: Tensor): number[] {
  const isHalf = tensor.dtype === 'float16' || tensor.dtype === 'bfloat16';
  return Array.from((isHalf ? asFloat32(tensor) : tensor)?.data as ArrayLike<number | bigint | string>, Number);
}

function zeros(dtype: DType, length: number): DataByDType[DType] {
  return dtype === 'string' ? new Array<string>(length).fill('') : new arrayTypes[dtype](length);
}

function store(dtype: DType, data: TensorData<DType>): DataByDType[DType] {
  if (dtype === 'string') return Array.from(data as Iterable<unknown>, String);
  const ArrayType = arrayTypes[dtype];
  if (data instanceof ArrayType) return data;
  const items = data as Iterable<number | bigint | boolean>;
  if (dtype === 'int64' || dtype === 'uint64') return arrayTypes[dtype].from(Array.from(items, BigInt));
  if (dtype === 'bool') return Uint8Array.from(Array.from(items, (item) => (item ? 1 : 0)));
  if (dtype === 'float16' || dtype === 'bfloat16') return toFloat16(Float32Array.from(Array.from(items, Number)), dtype);
  return (arrayTypes[dtype] as typeof Float32Array).from(Array.from(items, Number)) as DataByDType[DType];
}
