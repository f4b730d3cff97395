/** @file Files of models with damage inside: headers and messages whose lengths are sound. */

import { pick } from '../mutate.ts';
import type { Repair } from '../repair.ts';
import { json } from './json.ts';

/** The header with its length: as bytes, or as the JSON that it is. */
export const safetensors: Repair = (file, random, damage) => {
  const end = 8 + Number(file.readBigUInt64LE(0));
  const header = random() < 0.2 ? damage(file.subarray(8, end)) : json(file.subarray(8, end), random, damage);
  const length = Buffer.alloc(8);
  length.writeUInt32LE(header.length);
  return Buffer.concat([length, header, file.subarray(end)]);
};

/** A field of a message of protocol buffers, at some depth, with the lengths of all that it stands in. */
export const protobuf: Repair = (file, random, damage) => {
  const fields = fieldsOf(file);
  const inner = fields?.filter(({ data }) => data.length > 0) ?? [];
  if (!fields || inner.length === 0) return damage(file);
  const chosen = pick(random, inner);
  const data = random() < 0.7 ? protobuf(chosen.data, random, damage) : damage(chosen.data);
  return Buffer.concat(fields.flatMap((field) => (field === chosen ? [field.tag, varint(data.length), data] : [field.whole])));
};

interface Field {
  readonly whole: Buffer;
  readonly tag: Buffer;
  /** Of a field of bytes; empty for numbers. */
  readonly data: Buffer;
}

/** Nothing where the bytes are no message. */
function fieldsOf(bytes: Buffer): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at;
    const readVarint = (): number => {
      let value = 0;
      for (let shift = 0; shift < 28; shift += 7) {
        const byte = bytes[at++] ?? 0;
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
      at = Number.POSITIVE_INFINITY;
      return 0;
    };
    const type = readVarint() & 7;
    const tag = bytes.subarray(start, at);
    if (tag.length === 0 || tag[0] === type) return undefined; // field 0 is none
    let from = at;
    if (type === 0) readVarint();
    else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else if (type === 2) {
      const length = readVarint();
      from = at;
      at += length;
    } else return undefined;
    if (at > bytes.length) return undefined;
    fields.push({ whole: bytes.subarray(start, at), tag, data: type === 2 ? bytes.subarray(from, at) : Buffer.alloc(0) });
  }
  return fields;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
