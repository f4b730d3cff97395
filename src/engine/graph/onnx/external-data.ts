/** @file Weights that lie outside the model's own file, where ONNX puts them when the model is too large for one. */

import { MoatError } from '../../errors.ts';
import { arrayTypes } from '../../tensor/make.ts';
import type { DType } from '../../tensor/tensor.ts';
import { corrupt, readMessage } from './fields.ts';

/** Reads `length` bytes from `offset` of the data file that a model calls `location`: a relative path, without `..`. */
export type ExternalReader = (location: string, offset: number, length: number) => Uint8Array;

/** Where to put large weights when writing: `write` appends the bytes to the file called `location`, and says where they begin. */
export interface ExternalWriter {
  readonly location: string;
  write(bytes: Uint8Array): number;
}

/** The elements of a tensor whose TensorProto holds these key-value entries instead of them. */
export function readExternal(
  name: string,
  dtype: DType,
  itemCount: number,
  entries: readonly Uint8Array[],
  read: ExternalReader | undefined,
): Uint8Array {
  if (read === undefined) throw outside(name);
  if (dtype === 'string') throw corrupt(`tensor "${name}" keeps strings in another file`);
  const facts = new Map(entries.map(decodeEntry));
  const location = facts.get('location') ?? '';
  const length = itemCount * arrayTypes[dtype].BYTES_PER_ELEMENT;
  const offset = Number(facts.get('offset') ?? 0);
  if (!isRelative(location)) throw corrupt(`tensor "${name}" lies at "${location}", which is no path inside the model's folder`);
  if (!Number.isSafeInteger(offset) || offset < 0) throw corrupt(`tensor "${name}" begins at ${facts.get('offset')}`);
  if (Number(facts.get('length') ?? length) !== length) throw corrupt(`tensor "${name}" takes ${length} bytes, not ${facts.get('length')}`);
  const bytes = read(location, offset, length);
  if (bytes.length !== length) throw corrupt(`"${location}" gives ${bytes.length} of the ${length} bytes of tensor "${name}"`);
  return bytes;
}

function decodeEntry(bytes: Uint8Array): [string, string] {
  let [key, value] = ['', ''];
  readMessage(bytes, (field) => {
    if (field.number === 1) key = field.text();
    if (field.number === 2) value = field.text();
  });
  return [key, value];
}

function isRelative(location: string): boolean {
  const parts = location.split(/[\\/]/);
  return location !== '' && !location.includes('\0') && !/^[A-Za-z]:/.test(location) && parts[0] !== '' && !parts.includes('..');
}

function outside(name: string): MoatError {
  return new MoatError(`tensor "${name}" lies in another file`, {
    code: 'ONNX_EXTERNAL_DATA',
    why: 'a model from bytes may not name files to be read',
    fix: 'say where it may read: decodeModel(bytes, { externalData: externalDataIn(folder) }); or save the model as one file',
  });
}
