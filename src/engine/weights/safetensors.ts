/** @file Reads and writes tensors by name as safetensors: plain data, which runs no code when it is opened. */

import { MoatError } from '../errors.ts';
import { host } from '../host/index.ts';
import { arrayTypes } from '../tensor/make.ts';
import type { DType, Tensor } from '../tensor/tensor.ts';
import { corrupt, dtypeNames, type Entry, type HeldDType, headerLength, METADATA, PREFIX_BYTES, readHeader } from './safetensors-header.ts';

const { closeSync, fstatSync, openSync, readSync } = host.fs;

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** What the writer noted, text by text. */
  readonly metadata: ReadonlyMap<string, string>;
}

export interface ReadSafetensorsOptions {
  /** Which tensors are wanted, by name; all unless said otherwise. The others are not read from a file. */
  readonly only?: (name: string) => boolean;
}

/**
 * Tensors by name. Header and ranges are checked against the size of the file before any memory is taken.
 * @param source the bytes of a file (tensors are views of them where they lie aligned), or its path: then tensor by tensor, of any size
 * @throws MoatError `SAFETENSORS_CORRUPT`, `SAFETENSORS_DTYPE`, `SAFETENSORS_FILE`
 */
export function readSafetensors(source: Uint8Array | string, options: ReadSafetensorsOptions = {}): Safetensors {
  if (typeof source !== 'string') return readFrom(source.length, (offset, length) => source.subarray(offset, offset + length), options);
  const file = open(source);
  try {
    return readFrom(fstatSync(file).size, (offset, length) => readRange(file, offset, length), options);
  } finally {
    closeSync(file);
  }
}

/**
 * The bytes of a safetensors file. The same tensors give the same bytes, in whatever order they come.
 * @throws MoatError `SAFETENSORS_DTYPE` for strings, `SAFETENSORS_NAME`
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor> | Iterable<readonly [string, Tensor]>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const sorted = [...new Map(tensors)].sort(widestFirst);
  // Names are data: an object literal would take "__proto__" for something else.
  const header = new Map<string, string>();
  if (metadata.size > 0) header.set(METADATA, toJson(metadata));
  let end = 0;
  for (const [name, tensor] of sorted) {
    if (name === METADATA) throw reservedName();
    const begin = end;
    end += tensor.data.length * widthOf(name, tensor.dtype);
    header.set(name, JSON.stringify({ dtype: nameOf(tensor.dtype), shape: tensor.shape, data_offsets: [begin, end] }));
  }
  const text = new TextEncoder().encode(`{${[...header].map(([name, entry]) => `${JSON.stringify(name)}:${entry}`).join()}}`);
  const padded = Math.ceil(text.length / PREFIX_BYTES) * PREFIX_BYTES;
  const bytes = new Uint8Array(PREFIX_BYTES + padded + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.fill(' '.charCodeAt(0), PREFIX_BYTES, PREFIX_BYTES + padded);
  bytes.set(text, PREFIX_BYTES);
  let at = PREFIX_BYTES + padded;
  for (const [, { data }] of sorted) {
    const { buffer, byteOffset, byteLength } = data as Float32Array;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

type ReadRange = (offset: number, length: number) => Uint8Array;

function readFrom(fileSize: number, read: ReadRange, { only = () => true }: ReadSafetensorsOptions): Safetensors {
  const length = headerLength(read(0, Math.min(PREFIX_BYTES, fileSize)), fileSize);
  const { entries, metadata } = readHeader(read(PREFIX_BYTES, length), fileSize);
  const wanted = entries.filter(({ name }) => only(name));
  return { tensors: new Map(wanted.map((entry) => [entry.name, tensorOfEntry(entry, read)])), metadata };
}

function tensorOfEntry({ dtype, shape, offset, length }: Entry, read: ReadRange): Tensor {
  const ArrayType = arrayTypes[dtype];
  const bytes = read(offset, length);
  const aligned = bytes.byteOffset % ArrayType.BYTES_PER_ELEMENT === 0 ? bytes : Uint8Array.from(bytes);
  const data = new ArrayType(aligned.buffer as ArrayBuffer, aligned.byteOffset, length / ArrayType.BYTES_PER_ELEMENT);
  return { dtype, shape, data } as Tensor;
}

/** The operating system reads no more at once. */
const LARGEST_READ = 2 ** 30;

function readRange(file: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let count = 0;
  while (count < length) {
    const more = readSync(file, bytes, count, Math.min(length - count, LARGEST_READ), offset + count);
    if (more === 0) throw corrupt('it became shorter while it was read');
    count += more;
  }
  return bytes;
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const isMissing = (cause as { code?: string }).code === 'ENOENT';
    throw new MoatError(`cannot open the weights file ${path}`, {
      code: 'SAFETENSORS_FILE',
      kind: isMissing ? 'not_found' : 'invalid',
      why: isMissing ? 'there is no such file' : String((cause as { code?: string }).code),
      fix: 'check the path',
      cause,
    });
  }
}

/** Wider elements come first, so that all of them are aligned. */
function widestFirst([a, { dtype: ofA }]: readonly [string, Tensor], [b, { dtype: ofB }]: readonly [string, Tensor]): number {
  return widthOf(b, ofB) - widthOf(a, ofA) || (a < b ? -1 : 1);
}

function widthOf(name: string, dtype: DType): number {
  if (isHeld(dtype)) return arrayTypes[dtype].BYTES_PER_ELEMENT;
  throw new MoatError(`tensor "${name}" of ${dtype} cannot be written as safetensors`, {
    code: 'SAFETENSORS_DTYPE',
    why: `the format holds ${Object.keys(dtypeNames).join(', ')}`,
    fix: 'leave the tensor out, or cast it; texts can stand in the metadata',
  });
}

function isHeld(dtype: DType): dtype is HeldDType {
  return (Object.values(dtypeNames) as readonly DType[]).includes(dtype);
}

function nameOf(dtype: DType): string {
  return Object.entries(dtypeNames).find(([, own]) => own === dtype)?.[0] as string;
}

function toJson(metadata: ReadonlyMap<string, string>): string {
  return `{${[...metadata].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`;
}

function reservedName(): MoatError {
  return new MoatError(`a tensor cannot be called ${METADATA}`, {
    code: 'SAFETENSORS_NAME',
    why: 'the format keeps its metadata under that name',
    fix: 'give the tensor another name',
  });
}
