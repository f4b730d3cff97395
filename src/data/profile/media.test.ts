/** @file The profile of folders of pictures and of sounds: look-alikes, blank pictures, and files that cannot be read. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../engine/tensor/random.ts';
import { type Home, openHome } from '../../store/index.ts';
import { importDataset, profileDataset } from '../index.ts';
import { toneOf, wavOf } from '../media/testing/wav.ts';
import { renderProfile } from './page/render.ts';

let folder: string;
let home: Home;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-media-profile-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

const now = new Date('2024-05-01T00:00:00Z');

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), bytes);
}

/** Patches of 8 × 8 pixels, so that each seed looks like nothing else. */
function picture(seed: number): Promise<Buffer> {
  const random = createRandom(seed);
  const patches = Array.from({ length: 16 }, () => random.int(256));
  const pixels = Buffer.from(Array.from({ length: 32 * 32 }, (_, i) => patches[4 * (i >> 8) + ((i >> 3) & 3)] as number));
  return sharp(pixels, { raw: { width: 32, height: 32, channels: 1 } })
    .png()
    .toBuffer();
}

test('a folder of pictures tells of copies, blank pictures and files that could not be read', async () => {
  for (let i = 0; i < 6; i++) await put(`shop/${i % 2 === 0 ? 'old' : 'new'}/${i}.png`, await picture(i));
  await put('shop/new/copy.png', await picture(3));
  await put(
    'shop/old/blank.png',
    await sharp({ create: { width: 32, height: 32, channels: 3, background: 'grey' } })
      .png()
      .toBuffer(),
  );
  await put('shop/old/broken.png', (await picture(9)).subarray(0, 40));
  const version = await importDataset(home, { name: 'shop', data: 'shop/', folder, now });
  const profile = await profileDataset(home, version, { target: 'label' });
  expect(profile.rowCount).toBe(8);
  expect(profile.lookAlikes).toMatchObject([{ column: 'image', rowCount: 1, exactCount: 1, blankCount: 1, lookedAt: 8 }]);
  expect(profile.warnings.map(({ code }) => code)).toContain('MEDIA_LEFT_OUT');
  const page = renderProfile(profile, { createdAt: now.toISOString() });
  expect(page).toContain('1 file in shop/ was left out');
  expect(page).toContain('broken.png');
  expect(page).not.toContain('<script');
});

test('a folder of sounds has a profile too', async () => {
  for (const [i, hertz] of [300, 350, 2_000, 2_200].entries())
    await put(`clips/${i < 2 ? 'low' : 'high'}/${i}.wav`, wavOf(toneOf(hertz, 0.4, 22_050), 22_050));
  await put('clips/low/silent.wav', wavOf(new Float32Array(0), 22_050));
  const version = await importDataset(home, { name: 'clips', data: 'clips/', folder, now });
  const profile = await profileDataset(home, version, { target: 'label' });
  expect(profile.columns.map(({ type }) => type)).toEqual(['id', 'audio', 'category']);
  expect(profile.rowCount).toBe(4);
  expect(profile.warnings.map(({ code }) => code)).toContain('MEDIA_LEFT_OUT');
});
