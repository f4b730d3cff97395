import type * as Fs from 'node:fs';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDecoded } from './decoded-files.ts';
import { type MediaStore, mediaIn } from './store.ts';

const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  const writeSync = (file: number, bytes: Uint8Array, from: number, length: number, position: number): number => {
    if (position + length > disk.room) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    return fs.writeSync(file, bytes, from, length, position);
  };
  return { ...fs, writeSync };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'moat-decoded-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SIZE = 4 * 4 * 3;
const COLUMN = { name: 'image', type: 'image', shape: [4, 4, 3], isFile: true } as const;

/** Pictures of one colour each, and how often one was decoded. */
async function pictures(
  count: number,
): Promise<{ readonly digests: Uint8Array[]; readonly media: MediaStore; readonly reads: () => number }> {
  const store = mediaIn(folder);
  const digests: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const picture = sharp({ create: { width: 4, height: 4, channels: 3, background: { r: i, g: i, b: i } } });
    digests.push(Buffer.from(await store.put(await picture.png().toBuffer()), 'hex'));
  }
  let reads = 0;
  const get = (hash: string): Promise<Uint8Array> => {
    reads++;
    return store.get(hash);
  };
  return { digests, media: { ...store, get }, reads: () => reads };
}

test('a file is decoded once', async () => {
  disk.room = Number.POSITIVE_INFINITY;
  const { digests, media, reads } = await pictures(5);
  const decoded = openDecoded(folder, COLUMN, media);
  const first = await decoded.read(digests);
  expect(Array.from(first.filter((_, i) => i % SIZE === 0))).toEqual([0, 1, 2, 3, 4]);
  expect(await decoded.read(digests.toReversed().toSpliced(0, 1))).toEqual(
    Uint8Array.from([3, 2, 1, 0].flatMap((value) => Array<number>(SIZE).fill(value))),
  );
  expect(reads()).toBe(5);
  decoded.close();
});

test('on a full disk the room is given back, and every file is decoded again', async () => {
  disk.room = 3 * SIZE;
  const { digests, media, reads } = await pictures(5);
  const decoded = openDecoded(folder, COLUMN, media);
  const first = await decoded.read(digests);
  expect(statSync(join(folder, 'decoded')).size).toBe(0);
  disk.room = Number.POSITIVE_INFINITY;
  expect(await decoded.read(digests)).toEqual(first);
  expect(reads()).toBe(10);
  expect(statSync(join(folder, 'decoded')).size).toBe(0);
  decoded.close();
});
