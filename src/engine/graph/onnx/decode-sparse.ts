/** @file Reads a sparse tensor as the dense one that it stands for. */

import { storedLength, tensorOf, toNumbers } from '../../tensor/make.ts';
import { product, stridesOf } from '../../tensor/shape.ts';
import { decodeTensor, type NamedTensor } from './decode-tensor.ts';
import type { ExternalReader } from './external-data.ts';
import { bounded, corrupt, readMessage } from './fields.ts';

/** A few bytes may claim any size. */
const MOST_ELEMENTS = 2 ** 28;

/** Its values, and where each stands: one flat index a value, or one index an axis. */
export function decodeSparse(bytes: Uint8Array, externalData?: ExternalReader): NamedTensor {
  let values: NamedTensor | undefined;
  let indices: NamedTensor | undefined;
  const { items: shape, take: takeDim } = bounded<number>('axes in a tensor', 64);
  readMessage(bytes, (field) => {
    if (field.number === 1) values = decodeTensor(field.bytes(), externalData);
    if (field.number === 2) indices = decodeTensor(field.bytes(), externalData);
    if (field.number === 3) field.ints((dim) => takeDim(Number(dim)));
  });
  if (values === undefined || indices === undefined) throw corrupt('a sparse tensor lacks its values or their places');
  const { name, tensor } = values;
  const length = product(shape);
  const isPlain = storedLength(tensor.dtype, shape) === length && tensor.dtype !== 'string';
  if (!isPlain || !(length <= MOST_ELEMENTS)) throw corrupt(`the sparse tensor "${name}" is ${tensor.dtype}[${shape.join(', ')}]`);
  const places = flatPlaces(toNumbers(indices.tensor), indices.tensor.shape, shape);
  if (places.length !== tensor.data.length || places.some((place) => !(place >= 0 && place < length)))
    throw corrupt(`the sparse tensor "${name}" has places outside its shape`);
  const dense = tensorOf(tensor.dtype, shape);
  places.forEach((place, i) => {
    (dense.data as Float32Array)[place] = (tensor.data as Float32Array)[i] as number;
  });
  return { name, tensor: dense };
}

function flatPlaces(indices: readonly number[], { length: rank }: readonly number[], shape: readonly number[]): number[] {
  if (rank < 2) return [...indices];
  const strides = stridesOf(shape);
  return Array.from({ length: indices.length / Math.max(1, shape.length) }, (_, i) =>
    strides.reduce((sum, stride, axis) => sum + stride * (indices[i * shape.length + axis] as number), 0),
  );
}
