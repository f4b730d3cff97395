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
  bfloat16: 16,
};
const dtypes = new Map(Object.entries(numbers).map(([dtype, number]) => [number, dtype as DType]));

export function elementType(dtype: DType): number {
  return numbers[dtype];
}

/** Undefined for element types that a JavaScript array cannot hold (complex, 8-bit floats, 4-bit integers). */
export function dtypeOf(elementTypeNumber: number): DType | undefined {
  return dtypes.get(elementTypeNumber);
}
