import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, openHome } from '../../store/index.ts';
import type { DataSpec, DatasetVersion } from '../dataset.ts';
import { importDataset, inspectSource, readPart, readPartChunks } from '../index.ts';
import { toneOf, wavOf } from '../media/testing/wav.ts';
import type { ImageColumn } from '../table.ts';

let folder: string;
let home: Home;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-media-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

const now = new Date('2024-05-01T00:00:00Z');
const importFolder = (name: string, data: DataSpec): Promise<DatasetVersion> => importDataset(home, { name, data, folder, now });

async function put(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), bytes);
}

/** A square of one brightness. */
const square = (brightness: number, side = 12): Promise<Buffer> =>
  sharp(Buffer.alloc(side * side * 3, brightness), { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();

test('a folder of pictures: the folder is the class, every file is kept once, and reading decodes it', async () => {
  await put('shop/dark/a.png', await square(10));
  await put('shop/dark/b.png', await square(20));
  await put('shop/light/c.PNG', await square(200));
  await put('shop/light/again.png', await square(200));
  await put('shop/notes.txt', 'not a picture');
  await put('shop/light/broken.png', (await square(90)).subarray(0, 60));
  const version = await importFolder('shop', 'shop/');
  expect(version.columns).toMatchObject([
    { name: 'file', type: 'id' },
    { name: 'image', type: 'image', shape: [12, 12, 3], isFile: true },
    { name: 'label', type: 'category', categories: ['dark', 'light'] },
  ]);
  expect(version.warnings.map(({ code }) => code).sort()).toEqual(['FOLDER_OTHER_FILES', 'MEDIA_LEFT_OUT']);
  expect(version.warnings.map(({ message }) => message)).toContain('1 file in shop/ was passed over: 1 .txt');
  const table = await readPart(home, version, 'all');
  const image = table.columns[1] as ImageColumn;
  expect(table.rowCount).toBe(4);
  expect([0, 1, 2, 3].map((row) => image.pixels[row * 12 * 12 * 3])).toEqual([10, 20, 200, 200]);
  const list = new TextDecoder().decode(await home.blobs.get(version.parts.all?.media as string)).split('\n');
  expect(list).toHaveLength(3);
  for (const hash of list) expect(await home.blobs.has(hash)).toBe(true);
});

test('the same folder is the same version; one more picture is another, and only its file is added', async () => {
  const before = await importFolder('shop', 'shop/');
  expect((await importFolder('shop', 'shop/')).id).toBe(before.id);
  await put('shop/dark/d.png', await square(30));
  const after = await importFolder('shop', 'shop/');
  expect(after.id).not.toBe(before.id);
  const listOf = async ({ parts }: DatasetVersion) =>
    new TextDecoder().decode(await home.blobs.get(parts.all?.media as string)).split('\n');
  const [old, added] = [await listOf(before), await listOf(after)];
  expect(added.filter((hash) => !old.includes(hash))).toHaveLength(1);
});

test('a manifest names files and what is known of them; sizes are as the recipe says', async () => {
  await put('labels.csv', 'file,price,kind\ndark/a.png,3,old\nlight/c.PNG,5,new\n./dark/b.png,4,old\n');
  const version = await importFolder('listed', { folder: 'shop', manifest: 'labels.csv', size: [4, 6] });
  expect(version.columns.map(({ name, type }) => [name, type])).toEqual([
    ['file', 'id'],
    ['image', 'image'],
    ['price', 'integer'],
    ['kind', 'category'],
  ]);
  expect(version.columns[1]?.shape).toEqual([4, 6, 3]);
  expect(version.rowCount).toBe(3);
});

test('a folder of sounds becomes spectrograms of one length', async () => {
  for (const [i, hertz] of [300, 350, 2_000, 2_200].entries()) {
    await put(`clips/${i < 2 ? 'low' : 'high'}/${i}.wav`, wavOf(toneOf(hertz, 0.4, 22_050), 22_050));
  }
  const version = await importFolder('clips', 'clips/');
  expect(version.columns[1]).toMatchObject({ name: 'audio', type: 'audio', shape: [64, 40, 1] });
  const audio = (await readPart(home, version, 'all')).columns[1] as ImageColumn;
  const loudest = (row: number): number => {
    const bands = Array.from({ length: 64 }, (_, band) => audio.pixels[row * 64 * 40 + band * 40 + 20] as number);
    return bands.indexOf(Math.max(...bands));
  };
  expect(loudest(0)).toBeGreaterThan(loudest(2)); // files stand in the order of their names: high before low
  expect((await importFolder('short', { folder: 'clips', seconds: 0.2 })).columns[1]?.shape).toEqual([64, 20, 1]);
});

test('what is refused says so, and keeps nothing', async () => {
  await put('bad/a.png', 'no picture at all');
  await put('outside.csv', 'file\n../shop/dark/a.png\n');
  await put('nameless.csv', 'picture\na.png\n');
  await put('linked/real.png', await square(1));
  await symlink(join(folder, 'shop/dark/a.png'), join(folder, 'linked/link.png'));
  const refusals: [DataSpec, string][] = [
    ['bad/', 'DATA_NO_ROWS'],
    ['absent/', 'DATA_FILE_NOT_FOUND'],
    [{ folder: 'shop', manifest: 'outside.csv' }, 'MANIFEST_FILE_UNKNOWN'],
    [{ folder: 'shop', manifest: 'nameless.csv' }, 'MANIFEST_NO_FILE_COLUMN'],
    [{ folder: 'shop', manifest: 'labels.json' }, 'MANIFEST_FORMAT'],
    [{ folder: 'shop', seconds: 2 }, 'MEDIA_OPTION'],
    ['linked/', 'FOLDER_FILE'],
  ];
  for (const [data, code] of refusals) await expect(importFolder('refused', data), code).rejects.toMatchObject({ code });
});

test('a file that was lost from the store, or changed in it, is found when its rows are read', async () => {
  const version = await importFolder('damaged', 'shop/');
  const [hash] = new TextDecoder().decode(await home.blobs.get(version.parts.all?.media as string)).split('\n');
  const path = home.blobs.path(hash as string);
  const bytes = await readFile(path);
  await rm(path);
  await expect(readPart(home, version, 'all')).rejects.toMatchObject({ code: 'BLOB_MISSING' });
  await writeFile(path, bytes);
  for await (const table of readPartChunks(home, version, 'all')) expect(table.rowCount).toBeGreaterThan(0);
});

test('a folder is looked at without being kept', async () => {
  expect((await inspectSource('shop/', folder)).map(({ type }) => type)).toEqual(['id', 'image', 'category']);
});
