/** @file Tensors as ONNX knows them: a dtype, a shape, and a flat array in row-major order. */

/** Element types of ONNX that a JavaScript array can hold without loss. `float16` and `bfloat16` are kept as raw 16-bit words. */
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
}

export type DType = keyof DataByDType;

/** `data.length` is the product of `shape`; a scalar has the shape `[]`. */
export type Tensor<D extends DType = DType> = {
  readonly [K in D]: { readonly dtype: K; readonly shape: readonly number[]; readonly data: DataByDType[K] };
}[D];
