/**
 * @file Faults behind a frame. Most faults anywhere in a file break a checksum or a length at its edge, and a reader need look no further:
 * here the inside of a part is damaged, and what the file says of that part is made true again, so that what lies behind is reached.
 */

import { below, type Random } from './mutate.ts';

/** Damages the inside of something. */
export type Damage = (bytes: Uint8Array) => Uint8Array;
/** A valid file with damage inside, and its frame sound. */
export type Repair = (file: Buffer, random: Random, damage: Damage) => Uint8Array;

/** A stretch of up to 64 bytes is damaged; what stands behind it stays at its place. */
export function damagedInPlace(bytes: Uint8Array, random: Random, damage: Damage): Uint8Array {
  const from = below(random, bytes.length);
  const to = Math.min(bytes.length, from + 1 + below(random, 64));
  return Buffer.concat([bytes.subarray(0, from), fitted(damage(bytes.subarray(from, to)), to - from), bytes.subarray(to)]);
}

/** Cut, or filled up with zeros. */
export function fitted(bytes: Uint8Array, length: number): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length))]).subarray(0, length);
}

export function uint32LE(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export const uint32BE = (value: number): Buffer => uint32LE(value).reverse();
export const uint16BE = (value: number): Buffer => uint32BE(value).subarray(2);
