/**
 * @file zstd, frame by frame. Node's own stream ends without a word after the first frame of several, and on Node 22 also in the
 * middle of one; so the frames are told apart here (RFC 8878, section 3.1), and each is unpacked by Node and must be whole.
 */

import { pipeline, Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';

/** Whether this Node unpacks zstd: since 22.15. */
export const canUnpackZstd = 'createZstdDecompress' in zlib;

/** What is wrong with the packed bytes. */
export class ZstdFault extends Error {}

const FRAME = 0xfd2fb528;
/** With any four low bits: a frame that holds something else, which is passed over. */
const SKIPPABLE = 0x184d2a50;
const REPEATED_BYTE = 1;
const RESERVED = 3;

/**
 * The contents of a file of zstd frames, piece by piece.
 * @throws ZstdFault where it is cut short, or something else stands where a frame should; Node's error with a code `ZSTD_…` where a
 * frame's contents are damaged, by its checksum too, or want a window of more than 128 MiB
 */
export async function* unpackZstd(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = new Bytes(packed);
  for (let frames = 0; frames === 0 || !(await bytes.isAtEnd()); frames++) {
    const magic = await bytes.take(4);
    const number = magic.readUInt32LE();
    if ((number & ~0xf) >>> 0 === SKIPPABLE) {
      for await (const _ of bytes.pieces((await bytes.take(4)).readUInt32LE()));
    } else if (number === FRAME) {
      yield* unpackFrame(frameOf(magic, bytes));
    } else throw new ZstdFault(frames === 0 ? 'it does not begin as zstd does' : 'behind a whole frame stands something else');
  }
}

async function* unpackFrame(frame: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { createZstdDecompress } = zlib as unknown as { createZstdDecompress(): Transform };
  // an error of either destroys both, and comes out of the loop
  yield* pipeline(Readable.from(frame), createZstdDecompress(), () => undefined) as AsyncIterable<Uint8Array>;
}

/** The bytes of one frame, whose magic number has been read. */
async function* frameOf(magic: Buffer, bytes: Bytes): AsyncGenerator<Uint8Array> {
  const descriptor = await bytes.take(1);
  const flags = descriptor.readUInt8();
  const isSingleSegment = (flags & 0x20) !== 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] as number;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] as number;
  yield Buffer.concat([magic, descriptor, await bytes.take(windowBytes + dictionaryBytes + sizeBytes)]);
  for (let isLast = false; !isLast; ) {
    const header = await bytes.take(3);
    const fields = header.readUIntLE(0, 3);
    const kind = (fields >> 1) & 3;
    if (kind === RESERVED) throw new ZstdFault('a block is of no kind that there is');
    yield header;
    yield* bytes.pieces(kind === REPEATED_BYTE ? 1 : fields >> 3);
    isLast = (fields & 1) === 1;
  }
  if ((flags & 4) !== 0) yield await bytes.take(4); // the checksum
}

/** Reads exactly so many bytes of a stream. */
class Bytes {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return true;
      this.#rest = value;
    }
    return false;
  }

  async take(length: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.pieces(length)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async *pieces(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      if (await this.isAtEnd()) throw new ZstdFault('it is cut short');
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}
