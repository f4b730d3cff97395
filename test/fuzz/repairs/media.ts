/** @file Pictures and sounds with damage inside: chunks, segments, pages and frames whose lengths and checksums are sound. */

import zlib from 'node:zlib';
import { below, pick, type Random } from '../mutate.ts';
import { type Damage, fitted, type Repair, uint16BE, uint32BE, uint32LE } from '../repair.ts';

/** A chunk with its length and CRC; the pixels by their bytes before they are packed. */
export const png: Repair = (file, random, damage) => {
  const chunks: { type: string; data: Uint8Array }[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at))
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, at + 8 + file.readUInt32BE(at)) });
  const chunk = pick(random, chunks);
  chunk.data =
    chunk.type === 'IDAT' && random() < 0.7 ? zlib.deflateSync(damage(zlib.inflateSync(chunk.data)), { level: 1 }) : damage(chunk.data);
  const framed = chunks.map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    return Buffer.concat([uint32BE(data.length), body, uint32BE(crc32(body))]);
  });
  return Buffer.concat([file.subarray(0, 8), ...framed]);
};

/** A segment with its length; what stands between them, the coded pixels, is a part like any other. */
export const jpeg: Repair = (file, random, damage) => {
  const parts: Buffer[] = [file.subarray(0, 2)];
  for (let at = 2; at < file.length; ) {
    const hasLength = file[at] === 0xff && ![0, 0xd9].includes(file[at + 1] as number);
    const next = hasLength ? at + 2 + file.readUInt16BE(at + 2) : nextMarker(file, at + 2);
    parts.push(file.subarray(at, next));
    at = next;
  }
  const which = 1 + below(random, parts.length - 1);
  const part = parts[which] as Buffer;
  if (part[0] === 0xff && part.length > 4) {
    const data = damage(part.subarray(4)).subarray(0, 0xffff - 2);
    parts[which] = Buffer.concat([part.subarray(0, 2), uint16BE(data.length + 2), data]);
  } else parts[which] = Buffer.from(damage(part));
  return Buffer.concat(parts);
};

/** A chunk of RIFF with its length, and the length of all. */
export const riff: Repair = (file, random, damage) => {
  const chunks: Buffer[] = [];
  for (let at = 12; at + 8 <= file.length; ) {
    const next = at + 8 + 2 * Math.ceil(file.readUInt32LE(at + 4) / 2);
    chunks.push(file.subarray(at, next));
    at = next;
  }
  const which = below(random, chunks.length);
  const chunk = chunks[which] as Buffer;
  const data = damage(chunk.subarray(8));
  chunks[which] = Buffer.concat([chunk.subarray(0, 4), uint32LE(data.length), data, Buffer.alloc(data.length % 2)]);
  const body = Buffer.concat([file.subarray(8, 12), ...chunks]);
  return Buffer.concat([file.subarray(0, 4), uint32LE(body.length), body]);
};

const OGG_HEADER = 27;
const OGG_CHECKSUM = 22;

/** The packets of a page, or what its header says, with the lengths of its segments and its checksum. */
export const ogg: Repair = (file, random, damage) => {
  const pages: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const segments = file.subarray(at + OGG_HEADER, at + OGG_HEADER + (file[at + 26] as number));
    const next = at + OGG_HEADER + segments.length + segments.reduce((sum, length) => sum + length, 0);
    pages.push(file.subarray(at, next));
    at = next;
  }
  const which = below(random, pages.length);
  pages[which] = damagedPage(pages[which] as Buffer, random, damage);
  return Buffer.concat(pages);
};

function damagedPage(page: Buffer, random: Random, damage: Damage): Buffer {
  const start = OGG_HEADER + (page[26] as number);
  const header = Buffer.from(page.subarray(0, OGG_HEADER));
  let segments: Uint8Array = page.subarray(OGG_HEADER, start);
  let body: Uint8Array = page.subarray(start);
  if (random() < 0.2) header.set(fitted(damage(header.subarray(5, OGG_CHECKSUM)), OGG_CHECKSUM - 5), 5);
  else {
    const packets = packetsOf(segments, body);
    const at = below(random, packets.length);
    packets[at] = damage(packets[at] as Uint8Array);
    const isOpen = segments.at(-1) === 255;
    const laced = packets.flatMap((packet, i) => lacing(packet.length, isOpen && i === packets.length - 1)).slice(0, 255);
    segments = Uint8Array.from(laced);
    body = Buffer.concat(packets).subarray(
      0,
      laced.reduce((sum, length) => sum + length, 0),
    );
  }
  header[26] = segments.length;
  header.writeUInt32LE(0, OGG_CHECKSUM);
  const whole = Buffer.concat([header, segments, body]);
  whole.writeUInt32LE(crc(whole, 32, 0x04c11db7), OGG_CHECKSUM);
  return whole;
}

/** A packet ends with a segment of less than 255 bytes; the last may go on in the next page. */
function packetsOf(segments: Uint8Array, body: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  let [from, to] = [0, 0];
  for (const [i, length] of segments.entries()) {
    to += length;
    if (length === 255 && i < segments.length - 1) continue;
    packets.push(body.subarray(from, to));
    from = to;
  }
  return packets.length > 0 ? packets : [body];
}

function lacing(length: number, isOpen: boolean): number[] {
  const whole = new Array<number>(Math.floor(length / 255)).fill(255);
  return isOpen ? whole : [...whole, length % 255];
}

/** A frame with the CRC of its header and that of all of it, or the information on the stream, which has none. */
export const flac: Repair = (file, random, damage) => {
  const frames: Buffer[] = [];
  const starts = [...file.keys()].filter((at) => isFlacFrame(file, at));
  for (const [i, start] of starts.entries()) frames.push(file.subarray(start, starts[i + 1] ?? file.length));
  const information = file.subarray(0, starts[0]);
  if (random() < 0.2)
    return Buffer.concat([information.subarray(0, 8), fitted(damage(information.subarray(8)), information.length - 8), ...frames]);
  const which = below(random, frames.length);
  const frame = frames[which] as Buffer;
  const length = flacHeaderLength(frame);
  const isHeader = random() < 0.3;
  // the first two bytes are the mark of a frame
  const header = isHeader
    ? Buffer.concat([frame.subarray(0, 2), fitted(damage(frame.subarray(2, length)), length - 2)])
    : frame.subarray(0, length);
  const body = isHeader ? frame.subarray(length + 1, -2) : damage(frame.subarray(length + 1, -2));
  const checked = Buffer.concat([header, Buffer.of(crc(header, 8, 0x07)), body]);
  frames[which] = Buffer.concat([checked, uint16BE(crc(checked, 16, 0x8005))]);
  return Buffer.concat([information, ...frames]);
};

function isFlacFrame(file: Buffer, at: number): boolean {
  if (file[at] !== 0xff || file[at + 1] !== 0xf8) return false;
  const header = file.subarray(at, at + flacHeaderLength(file.subarray(at)));
  return crc(header, 8, 0x07) === file[at + header.length];
}

/** Without its CRC: four bytes, the number of the frame (here one byte), and a block size or a sample rate that needs bytes of its own. */
function flacHeaderLength(frame: Buffer): number {
  const [size, rate] = [(frame[2] as number) >> 4, (frame[2] as number) & 15];
  return 5 + (size === 6 ? 1 : size === 7 ? 2 : 0) + (rate === 12 ? 1 : rate === 13 || rate === 14 ? 2 : 0);
}

/** The next place where a marker other than a stuffed zero or a restart stands. */
function nextMarker(file: Buffer, from: number): number {
  for (let at = from; at + 1 < file.length; at++) {
    const code = file[at + 1] as number;
    if (file[at] === 0xff && code !== 0 && !(code >= 0xd0 && code <= 0xd7)) return at;
  }
  return file.length;
}

/** CRC-32 of ISO 3309, the lowest bit first: PNG. */
function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}

/** The highest bit first, from 0, over `width` bits: Ogg and FLAC. */
function crc(bytes: Uint8Array, width: 8 | 16 | 32, polynomial: number): number {
  let value = 0; // its bits stand at the top
  for (const byte of bytes) {
    value ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ (polynomial << (32 - width)) : value << 1;
  }
  return value >>> (32 - width);
}
