/**
 * @file Whether the lists in the footer of a Parquet file fit into its bytes. It is a struct of Thrift's compact protocol, and DuckDB makes room
 * for as many elements as a list claims: a footer of 200 bytes takes seconds and 600 MiB.
 */

import { open } from 'node:fs/promises';

/** The length of the footer and the mark `PAR1` end a file. */
const ENDING_BYTES = 8;
const DEEPEST = 32;

/** Whether no list claims more elements than bytes are left for them; true where there is no footer to look at, which DuckDB then says. */
export async function hasSoundFooter(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size < ENDING_BYTES) return true;
    const ending = Buffer.alloc(ENDING_BYTES);
    await file.read(ending, 0, ENDING_BYTES, size - ENDING_BYTES);
    const length = ending.readUInt32LE(0);
    if (ending.toString('latin1', 4) !== 'PAR1' || length > size - ENDING_BYTES) return true;
    const footer = Buffer.alloc(length);
    await file.read(footer, 0, length, size - ENDING_BYTES - length);
    return fits(footer);
  } finally {
    await file.close();
  }
}

/** Elements take a byte at least, so a sound list has no more of them than there are bytes behind its header. */
function fits(bytes: Buffer): boolean {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  const list = (depth: number): boolean => {
    const header = bytes[at++] ?? 0;
    const count = header >> 4 === 15 ? varint() : header >> 4;
    if (count > bytes.length - at) return false;
    for (let i = 0; i < count; i++) if (!skip(header & 15, depth, true)) return false;
    return true;
  };
  const map = (depth: number): boolean => {
    const count = varint();
    if (count > bytes.length - at) return false;
    const types = count > 0 ? (bytes[at++] ?? 0) : 0;
    for (let i = 0; i < count; i++) if (!skip(types >> 4, depth, true) || !skip(types & 15, depth, true)) return false;
    return true;
  };
  const struct = (depth: number): boolean => {
    for (;;) {
      const field = bytes[at++] ?? 0;
      if ((field & 15) === 0) return true;
      if (field >> 4 === 0) varint();
      if (!skip(field & 15, depth, false)) return false;
    }
  };
  /** By the numbers of the types: booleans stand in the header of their field, but in a list have a byte each. */
  const skip = (type: number, depth: number, isElement: boolean): boolean => {
    if (depth > DEEPEST) return false;
    if (type === 1 || type === 2) at += isElement ? 1 : 0;
    else if (type === 3) at++;
    else if (type >= 4 && type <= 6) varint();
    else if (type === 7) at += 8;
    else if (type === 8) {
      const length = varint(); // it moves on first
      at += length;
    } else if (type === 9 || type === 10) return list(depth + 1);
    else if (type === 11) return map(depth + 1);
    else if (type === 12) return struct(depth + 1);
    return at <= bytes.length;
  };
  return struct(0);
}
