/** @file Reads a TensorProto. What it claims is checked against the bytes that are there before any memory is taken. */

import { MoatError } from '../../errors.ts';
import { arrayTypes, tensorOf } from '../../tensor/make.ts';
import { product } from '../../tensor/shape.ts';
import type { DType, Tensor } from '../../tensor/tensor.ts';
import { showShape } from '../dims.ts';
import { dtypeOf } from './element-types.ts';
import { corrupt, readMessage } from './fields.ts';

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

const EXTERNAL = 1n;

export function decodeTensor(bytes: Uint8Array): NamedTensor {
  let name = '';
  let elementType = 0;
  let location = 0n;
  let raw: Uint8Array | undefined;
  const dims: bigint[] = [];
  const ints: bigint[] = [];
  const floats: number[] = [];
  const strings: string[] = [];
  readMessage(bytes, (field) => {
    switch (field.number) {
      case 1:
        return field.ints(dims);
      case 2:
        elementType = Number(field.int());
        return;
      case 4:
        return field.floats(floats);
      case 5:
      case 7:
      case 11:
        return field.ints(ints);
      case 6:
        strings.push(field.text());
        return;
      case 8:
        name = field.text();
        return;
      case 9:
        raw = field.bytes();
        return;
      case 10:
        return field.doubles(floats);
      case 14:
        location = field.int();
    }
  });
  const dtype = dtypeOf(elementType);
  if (dtype === undefined) throw unknownElementType(name, elementType);
  if (location === EXTERNAL) throw external(name);
  const shape = dims.map(Number);
  if (shape.some((dim) => !Number.isSafeInteger(dim) || dim < 0)) throw corrupt(`tensor "${name}" has the shape ${showShape(shape)}`);
  const stored = raw === undefined ? fromFields(dtype, ints, floats, strings) : fromRaw(name, dtype, raw);
  if (stored.length !== product(shape)) {
    throw corrupt(`tensor "${name}" of shape ${showShape(shape)} comes with ${stored.length} elements`);
  }
  return { name, tensor: { dtype, shape, data: stored } as Tensor };
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

/** Elements written one by one. 16-bit floats stand in the integers as their words. */
function fromFields(dtype: DType, ints: readonly bigint[], floats: readonly number[], strings: readonly string[]): Tensor['data'] {
  if (dtype === 'string') return strings;
  if (dtype === 'float32' || dtype === 'float64') return tensorOf(dtype, [floats.length], floats).data;
  if (dtype === 'float16' || dtype === 'bfloat16') return Uint16Array.from(ints, Number);
  return tensorOf(dtype, [ints.length], ints).data;
}

function unknownElementType(name: string, elementType: number): MoatError {
  return new MoatError(`tensor "${name}" has the element type ${elementType}, which is not supported`, {
    code: 'ONNX_ELEMENT_TYPE',
    why: 'complex numbers, 8-bit floats and 4-bit integers cannot be held in a JavaScript array',
    fix: 'export the model in float32, float64, float16, bfloat16 or whole numbers of at least 8 bits',
  });
}

function external(name: string): MoatError {
  return new MoatError(`tensor "${name}" lies in another file`, {
    code: 'ONNX_EXTERNAL_DATA',
    why: 'a model from bytes may not name files to be read',
    fix: 'save the model as one file: onnx.save(model, path, save_as_external_data=False)',
  });
}
