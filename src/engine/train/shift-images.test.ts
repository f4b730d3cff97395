import { expect, test } from 'vitest';
import { tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, batchesOf } from './batches.ts';
import { shiftImages } from './shift-images.ts';

/** Two planes of 2 × 3, over and over. */
const image = [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60];
const x = tensorOf('uint8', [20, 12], Array.from({ length: 20 }, () => image).flat());
const plain = batchesOf({ x, y: tensorOf('int64', [20]) }, { batchSize: 8, seed: 1 });
const options = { height: 2, width: 3, pixels: 1, seed: 3 };

async function imagesFrom(epoch: number, fromBatch = 0): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of shiftImages(plain, options).epoch(epoch, fromBatch) as AsyncIterable<Batch>) {
    const { data } = batch.x as Tensor<'uint8'>;
    for (let at = 0; at < data.length; at += 12) found.push(data.slice(at, at + 12).join(' '));
  }
  return found;
}

test('each image is moved as a whole by at most the pixels given, and zeros come in', async () => {
  const places = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => [down, right] as const));
  const moved = ([down, right]: readonly [number, number]): string =>
    image.map((_, at) => pixel(Math.floor(at / 6), Math.floor((at % 6) / 3) - down, (at % 3) - right)).join(' ');
  const pixel = (plane: number, y: number, x: number): number =>
    y < 0 || y > 1 || x < 0 || x > 2 ? 0 : (image[plane * 6 + y * 3 + x] ?? 0);
  const possible = new Set(places.map(moved));
  const found = [...(await imagesFrom(0)), ...(await imagesFrom(1)), ...(await imagesFrom(2))];
  expect(new Set(found)).toEqual(possible);
});

test('the moves are those of seed, epoch and batch, from any batch on', async () => {
  const all = await imagesFrom(0);
  expect(all.length).toBe(20);
  expect(await imagesFrom(0, 1)).toEqual(all.slice(8));
  expect(await imagesFrom(1)).not.toEqual(all);
});

test('what are no images of that size is refused', async () => {
  const wrong = shiftImages(plain, { ...options, width: 5 }).epoch(0) as AsyncIterable<Batch>;
  await expect(wrong[Symbol.asyncIterator]().next()).rejects.toThrow(expect.objectContaining({ code: 'SHIFT_IMAGES' }));
});
