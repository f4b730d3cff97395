/** @file Tensors as ONNX knows them: a dtype, a shape, and a flat array in row-major order. */

/**
 * Element types of ONNX, each in the array that holds it without loss. Kept raw: `float16` and `bfloat16` as 16-bit words, 8-bit floats as
 * bytes, 4-bit elements two a byte (the first in the lower half). A complex number is two numbers, real and imaginary.
 */
export interface DataByDType {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  bool: Uint8Array;
  string: readonly string[];
  complex64: Float32Array;
  complex128: Float64Array;
  float8e4m3fn: Uint8Array;
  float8e4m3fnuz: Uint8Array;
  float8e5m2: Uint8Array;
  float8e5m2fnuz: Uint8Array;
  float8e8m0: Uint8Array;
  float4e2m1: Uint8Array;
  int4: Uint8Array;
  uint4: Uint8Array;
}

export type DType = keyof DataByDType;

/** `data.length` is the product of `shape`, but for 4-bit and complex elements; a scalar has the shape `[]`. */
export type Tensor<D extends DType = DType> = {
  readonly [K in D]: { readonly dtype: K; readonly shape: readonly number[]; readonly data: DataByDType[K] };
}[D];
