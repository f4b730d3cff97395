/** @file ONNX's numbers for element types (TensorProto.DataType). */

import type { DType } from '../../tensor/tensor.ts';

const numbers: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e4m3fnuz: 18,
  float8e5m2: 19,
  float8e5m2fnuz: 20,
  uint4: 21,
  int4: 22,
  float4e2m1: 23,
  float8e8m0: 24,
};
const dtypes = new Map(Object.entries(numbers).map(([dtype, number]) => [number, dtype as DType]));

export function elementType(dtype: DType): number {
  return numbers[dtype];
}

/** Undefined for a number that no released ONNX gives an element type. */
export function dtypeOf(elementTypeNumber: number): DType | undefined {
  return dtypes.get(elementTypeNumber);
}
