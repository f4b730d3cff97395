/** @file Files of rows with damage inside: footers and messages whose lengths are sound, and values at their places. */

import { pick } from '../mutate.ts';
import { damagedInPlace, fitted, type Repair, uint32LE } from '../repair.ts';

/** Pages where they are, or the footer with its length. */
export const parquet: Repair = (file, random, damage) => {
  const end = file.length - 8;
  const start = end - file.readUInt32LE(end);
  const pages = file.subarray(4, start);
  if (random() < 0.5) return Buffer.concat([file.subarray(0, 4), damagedInPlace(pages, random, damage), file.subarray(start)]);
  const footer = damage(file.subarray(start, end));
  return Buffer.concat([file.subarray(0, start), footer, uint32LE(footer.length), file.subarray(end + 4)]);
};

/** The metadata of a message with its length, or the values where they are. */
export const arrow: Repair = (file, random, damage) => {
  const start = file.toString('latin1', 0, 6) === 'ARROW1' ? 8 : 0;
  const messages: { at: number; metadata: number; body: number }[] = [];
  for (let at = start; at + 8 <= file.length && file.readInt32LE(at) === -1 && file.readInt32LE(at + 4) > 0; ) {
    const metadata = file.readInt32LE(at + 4);
    const bytes = file.subarray(at + 8, at + 8 + metadata);
    const body = arrowBodyLength(bytes);
    messages.push({ at, metadata, body });
    at += 8 + metadata + body;
  }
  const { at, metadata, body } = pick(random, messages);
  const [from, to] = [at + 8, at + 8 + metadata];
  if (body > 0 && random() < 0.5)
    return Buffer.concat([file.subarray(0, to), damagedInPlace(file.subarray(to, to + body), random, damage), file.subarray(to + body)]);
  const changed = damage(file.subarray(from, to));
  const padded = fitted(changed, 8 * Math.ceil(changed.length / 8));
  return Buffer.concat([file.subarray(0, at + 4), uint32LE(padded.length), padded, file.subarray(to)]);
};

/** `bodyLength` is field 3 of the table Message (Message.fbs). */
function arrowBodyLength(metadata: Buffer): number {
  const table = metadata.readUInt32LE(0);
  const fields = table - metadata.readInt32LE(table);
  if (metadata.readUInt16LE(fields) < 4 + 2 * 4) return 0;
  const place = metadata.readUInt16LE(fields + 4 + 2 * 3);
  return place === 0 ? 0 : Number(metadata.readBigInt64LE(table + place));
}
