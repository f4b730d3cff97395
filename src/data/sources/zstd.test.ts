import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourceOf } from './index.ts';
import type { SourceRows } from './source.ts';
import { contextIn } from './testing/context.ts';
import { readCells } from './testing/read-cells.ts';
import { canUnpackZstd, unpackZstd, ZstdFault } from './zstd.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-zstd-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, bytes: Uint8Array): Promise<SourceRows> {
  await writeFile(join(folder, name), bytes);
  const temporaryFolder = await mkdtemp(join(folder, 'temporary-'));
  return sourceOf(name).read(name, contextIn(folder, temporaryFolder));
}

/** Given in pieces of `size` bytes, as a disk or a network may. */
async function unpacked(packed: Uint8Array, size = packed.length || 1): Promise<Buffer> {
  const pieces = Array.from({ length: Math.ceil(packed.length / size) }, (_, i) => packed.subarray(i * size, (i + 1) * size));
  const contents: Uint8Array[] = [];
  for await (const piece of unpackZstd(Readable.from(pieces))) contents.push(piece);
  return Buffer.concat(contents);
}

/** `a,b\n1,2\n3,4\n`, as the program `zstd` writes it. */
const FRAME = Buffer.from('KLUv/SQMYQAAYSxiCjEsMgozLDQK4bPLLg==', 'base64');

test('a file holds what the reference program packed; a Node without zstd says so', async () => {
  const reading = read('rows.csv.zst', FRAME);
  if (!canUnpackZstd) return expect(reading).rejects.toMatchObject({ code: 'ZSTD_NOT_HERE' });
  const rows = await reading;
  expect(await readCells(rows)).toEqual({ a: ['1', '3'], b: ['2', '4'] });
  expect(rows.files).toMatchObject([{ path: 'rows.csv.zst', facts: { format: 'csv', packing: 'zstd', unpackedBytes: 12 } }]);
});

describe.skipIf(!canUnpackZstd)('with zstd (skipped: needs Node 22.15)', () => {
  const compress = (bytes: Uint8Array, checksum = 1): Buffer => {
    const { zstdCompressSync, constants } = zlib as unknown as {
      zstdCompressSync(bytes: Uint8Array, options: object): Buffer;
      constants: { ZSTD_c_checksumFlag: number };
    };
    return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: checksum } });
  };
  const skippable = (bytes: Uint8Array): Buffer => {
    const header = Buffer.alloc(8);
    header.writeUInt32LE(0x184d2a53);
    header.writeUInt32LE(bytes.length, 4);
    return Buffer.concat([header, bytes]);
  };

  test('several frames, skippable ones among them, are one text, however the bytes arrive', async () => {
    const contents = fc.array(
      fc.oneof(
        fc.uint8Array(),
        fc.nat(300_000).map((length) => new Uint8Array(length).fill(7)),
      ),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(contents, fc.constantFrom(0, 1), fc.integer({ min: 1, max: 70_000 }), async (parts, checksum, size) => {
        const packed = Buffer.concat(parts.flatMap((part) => [compress(part, checksum), skippable(part.subarray(0, 9))]));
        expect((await unpacked(packed, size)).equals(Buffer.concat(parts))).toBe(true);
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  test('cut anywhere but between frames it is refused', async () => {
    const first = compress(Buffer.from('the first\n'.repeat(20)));
    const packed = Buffer.concat([first, compress(Buffer.from('the second\n'.repeat(20)))]);
    for (let length = 0; length < packed.length; length++) {
      if (length === first.length) continue;
      await expect(unpacked(packed.subarray(0, length)), `${length} bytes`).rejects.toThrow(ZstdFault);
    }
    await expect(read('cut.csv.zst', packed.subarray(0, -3))).rejects.toMatchObject({ code: 'PACKED_UNREADABLE', why: 'it is cut short' });
  });

  test('what is no frame, a wrong checksum and a damaged block are refused', async () => {
    const packed = compress(Buffer.from('a,b\n1,2\n'));
    await expect(read('tail.csv.zst', Buffer.concat([packed, Buffer.from('rest')]))).rejects.toMatchObject({
      code: 'PACKED_UNREADABLE',
      why: 'behind a whole frame stands something else',
    });
    await expect(read('text.csv.zst', Buffer.from('a,b\n1,2\n'))).rejects.toMatchObject({ why: 'it does not begin as zstd does' });
    const otherSum = Buffer.from(packed);
    otherSum[packed.length - 1] = (otherSum[packed.length - 1] as number) ^ 1;
    await expect(read('sum.csv.zst', otherSum)).rejects.toMatchObject({ code: 'PACKED_UNREADABLE' });
  });

  test('a bomb is refused while it is unpacked', async () => {
    await expect(read('bomb.csv.zst', compress(Buffer.alloc(64 << 20)))).rejects.toMatchObject({ code: 'PACKED_TOO_LARGE' });
  });
});
