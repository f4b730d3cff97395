/** @file Reads a TensorProto. What it claims is checked against the bytes that are there before any memory is taken. */

import { MoatError } from '../../errors.ts';
import { arrayTypes, storedLength } from '../../tensor/make.ts';
import type { DType, Tensor } from '../../tensor/tensor.ts';
import { showShape } from '../dims.ts';
import { dtypeOf } from './element-types.ts';
import { type ExternalReader, readExternal } from './external-data.ts';
import { bounded, corrupt, readMessage } from './fields.ts';

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

const EXTERNAL = 1n;
const HIGHEST_RANK = 64;
/** Location, offset, length, checksum, and room for what is to come. */
const MOST_ENTRIES = 16;

export function decodeTensor(bytes: Uint8Array, externalData?: ExternalReader): NamedTensor {
  let name = '';
  let elementType = 0;
  let location = 0n;
  let raw: Uint8Array | undefined;
  const { items: entries, take: takeEntry } = bounded<Uint8Array>('external data entries of a tensor', MOST_ENTRIES);
  const { items: shape, take: takeDim } = bounded<number>('axes in a tensor', HIGHEST_RANK);
  readMessage(bytes, (field) => {
    if (field.number === 1) field.ints((dim) => takeDim(Number(dim)));
    if (field.number === 2) elementType = Number(field.int());
    if (field.number === 8) name = field.text();
    if (field.number === 9) raw = field.bytes();
    if (field.number === 13) takeEntry(field.bytes());
    if (field.number === 14) location = field.int();
  });
  const dtype = dtypeOf(elementType);
  if (dtype === undefined) throw unknownElementType(name, elementType);
  if (shape.some((dim) => !Number.isSafeInteger(dim) || dim < 0)) throw corrupt(`tensor "${name}" has the shape ${showShape(shape)}`);
  const length = storedLength(dtype, shape);
  if (location === EXTERNAL) {
    const data = fromRaw(name, dtype, readExternal(name, dtype, length, entries, externalData));
    return { name, tensor: { dtype, shape, data } as Tensor };
  }
  // However it is written, an item takes at least a byte.
  if (length > bytes.length) throw corrupt(`tensor "${name}" of shape ${showShape(shape)} comes in ${bytes.length} bytes`);
  const data = raw === undefined ? fromFields(name, dtype, length, bytes) : fromRaw(name, dtype, raw);
  if (data.length !== length) throw corrupt(`tensor "${name}" of shape ${showShape(shape)} comes with ${data.length} elements`);
  return { name, tensor: { dtype, shape, data } as Tensor };
}

/** A view of the file's own bytes where they lie aligned, a copy elsewhere. */
function fromRaw(name: string, dtype: DType, raw: Uint8Array): Tensor['data'] {
  if (dtype === 'string') throw corrupt(`tensor "${name}" holds strings as raw bytes`);
  const ArrayType = arrayTypes[dtype];
  const size = ArrayType.BYTES_PER_ELEMENT;
  if (raw.length % size !== 0) throw corrupt(`tensor "${name}" ends inside an element`);
  const aligned = raw.byteOffset % size === 0 ? raw : Uint8Array.from(raw);
  return new ArrayType(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.length / size);
}

/** Elements written one by one, in a field that depends on the dtype. 16-bit floats stand among the integers as their words. */
function fromFields(name: string, dtype: DType, length: number, bytes: Uint8Array): Tensor['data'] {
  let count = 0;
  const next = (): number => {
    if (count === length) throw corrupt(`tensor "${name}" comes with more than its ${length} elements`);
    return count++;
  };
  const data = dtype === 'string' ? new Array<string>(length).fill('') : new arrayTypes[dtype](length);
  readMessage(bytes, (field) => {
    if (field.number === 6 && dtype === 'string') (data as string[])[next()] = field.text();
    const isFloat = data instanceof Float32Array || data instanceof Float64Array;
    const takeFloat = (value: number): void => {
      (data as Float32Array)[next()] = value;
    };
    if (field.number === 4 && isFloat) field.floats(takeFloat);
    if (field.number === 10 && isFloat) field.doubles(takeFloat);
    if (!isFloat && dtype !== 'string' && (field.number === 5 || field.number === 7 || field.number === 11)) {
      field.ints((value) => {
        if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[next()] = value;
        else (data as Int32Array)[next()] = Number(value);
      });
    }
  });
  if (count !== length) throw corrupt(`tensor "${name}" comes with ${count} of its ${length} elements`);
  return data;
}

function unknownElementType(name: string, elementType: number): MoatError {
  return new MoatError(`tensor "${name}" has the element type ${elementType}, which is not supported`, {
    code: 'ONNX_ELEMENT_TYPE',
    why: 'it is newer than this engine, or the file is damaged',
    fix: 'export the model in float32, or in another type that ONNX had in 2025',
  });
}
