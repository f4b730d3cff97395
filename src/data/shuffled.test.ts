import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, openHome } from '../store/index.ts';
import type { DatasetVersion } from './dataset.ts';
import { importDataset, openShuffled } from './index.ts';
import type { ImageColumn, StringColumn, Table } from './table.ts';

/** Of 512 × 512 × 3 bytes, 85 pictures are decoded at once. */
const PICTURES = 200;
const SIDE = 512;

let folder: string;
let home: Home;
let version: DatasetVersion;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-shuffled-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
  for (const label of ['dark', 'light']) await mkdir(join(folder, 'shop', label), { recursive: true });
  for (let brightness = 0; brightness < PICTURES; brightness++) {
    const file = join(folder, 'shop', brightness < PICTURES / 2 ? 'dark' : 'light', `${brightness}.png`);
    const pixels = Buffer.alloc(4 * 4 * 3, brightness);
    await writeFile(
      file,
      await sharp(pixels, { raw: { width: 4, height: 4, channels: 3 } })
        .png()
        .toBuffer(),
    );
  }
  version = await importDataset(home, { name: 'shop', data: { folder: 'shop', size: [SIDE, SIDE] }, folder, now: new Date(0) });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

/** The brightness of each picture in the order of training, after a look that it belongs to its row. */
function brightnesses({ rowCount, columns }: Table): number[] {
  const [file, image] = columns as [StringColumn, ImageColumn];
  return Array.from({ length: rowCount }, (_, row) => {
    const size = SIDE * SIDE * 3;
    const [first, last] = [image.pixels[row * size] as number, image.pixels[(row + 1) * size - 1] as number];
    expect([first, last]).toEqual([first, first]);
    expect(file.values[row]).toMatch(new RegExp(`/${first}\\.png$`));
    return first;
  });
}

test('pictures come mixed throughout, some at a time, each epoch in an order of its own, and are decoded once', async () => {
  const stream = await openShuffled(home, version, 'all', 7);
  const epoch = async (number: number, from = 0): Promise<number[][]> => {
    const seen: number[][] = [];
    for await (const buffer of stream.rows(number, from)) seen.push(brightnesses(buffer));
    return seen;
  };
  expect(stream.buffers(0)).toEqual([85, 85, 30]);
  const last = await epoch(0, 2); // an epoch that goes on in its middle
  const first = await epoch(0);
  expect(first.map(({ length }) => length)).toEqual([85, 85, 30]);
  expect(first.slice(2)).toEqual(last);
  expect(first.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: PICTURES }, (_, i) => i));
  // the folder is sorted by class; of the 85 in a buffer about half are of each
  for (const buffer of first.slice(0, 2)) expect(Math.abs(buffer.filter((b) => b < PICTURES / 2).length - 42)).toBeLessThan(15);
  const media = new TextDecoder().decode(await home.blobs.get(version.parts.all?.media as string)).split('\n');
  for (const hash of media) await rm(home.blobs.path(hash));
  const second = await epoch(1);
  expect(second.flat()).not.toEqual(first.flat());
  expect(second.flat().sort((a, b) => a - b)).toEqual(first.flat().sort((a, b) => a - b));
  await stream.close();
  const other = await openShuffled(home, version, 'all', 7);
  await expect(other.rows(0, 0).next()).rejects.toMatchObject({ code: 'BLOB_MISSING' });
  await other.close();
});
