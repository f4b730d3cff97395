/** @file Reads what a model declares of a value: its name and its type. */

import type { Dim, TensorType, Value } from '../graph.ts';
import { dtypeOf } from './element-types.ts';
import { Kept, readMessage } from './fields.ts';

/** A sequence, a map or an optional is kept as it stands. */
export function decodeValue(bytes: Uint8Array): Value {
  let name = '';
  let type: TensorType | undefined;
  let otherType: Uint8Array | undefined;
  const kept = new Kept();
  readMessage(bytes, (field) => {
    if (field.number === 1) name = field.text();
    else if (field.number !== 2) kept.take(field);
    else {
      const proto = field.bytes();
      readMessage(proto, (kind) => {
        if (kind.number === 1) type = decodeTensorType(kind.bytes());
        else if (kind.number !== 6) otherType = proto;
      });
    }
  });
  return { name, type, ...(otherType && { otherType }), ...kept.facts() };
}

function decodeTensorType(bytes: Uint8Array): TensorType | undefined {
  let elementType = 0;
  let shape: Dim[] | undefined;
  readMessage(bytes, (field) => {
    if (field.number === 1) elementType = Number(field.int());
    if (field.number === 2) {
      const dims: Dim[] = [];
      shape = dims;
      readMessage(field.bytes(), (dim) => {
        if (dim.number === 1) dims.push(decodeDim(dim.bytes()));
      });
    }
  });
  const dtype = dtypeOf(elementType);
  return dtype && { dtype, shape };
}

/** A size without number or name is unknown, which is written as an empty name. */
function decodeDim(bytes: Uint8Array): Dim {
  let dim: Dim = '';
  readMessage(bytes, (field) => {
    if (field.number === 1) dim = Number(field.int());
    if (field.number === 2) dim = field.text();
  });
  return dim;
}
