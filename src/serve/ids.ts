/** @file Prediction ids: UUID version 7 (RFC 9562), so that sorting by id is sorting by time. */

import { randomFillSync } from 'node:crypto';

/** A sequence number within one millisecond has 12 bits. */
const IDS_PER_MILLISECOND = 4096;

/**
 * A generator of 128-bit ids in canonical text form, strictly ascending as text: 48 bits of Unix milliseconds,
 * 12 bits of a counter within the millisecond, 62 random bits. A clock that stands or steps back never breaks the order.
 */
export function createIds(now: () => number): () => string {
  let millisecond = 0;
  let counter = 0;
  return () => {
    const clock = now();
    if (clock > millisecond) {
      millisecond = clock;
      counter = 0;
    } else if (++counter === IDS_PER_MILLISECOND) {
      millisecond++;
      counter = 0;
    }
    return format(millisecond, counter);
  };
}

function format(millisecond: number, counter: number): string {
  const bytes = randomFillSync(Buffer.allocUnsafe(16));
  bytes.writeUIntBE(millisecond, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6); // version 7
  bytes.writeUInt8(0x80 | ((bytes[8] as number) & 0x3f), 8); // variant of the RFC
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
