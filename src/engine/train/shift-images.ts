/** @file Augmentation for images: every epoch shows each image moved by a few pixels, so that a small network learns where not to look. */

import { MoatError } from '../errors.ts';
import { createRandom, type Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, type Batches, isTensor } from './batches.ts';

export interface ShiftOptions {
  /** Size of an image; a row of x holds channels × height × width values (one channel at least). */
  readonly height: number;
  readonly width: number;
  /** Furthest move in either direction, along both axes. */
  readonly pixels: number;
  /** Keys the moves together with the epoch and the batch. */
  readonly seed: number;
}

/** The same batches with each image of `x` moved at random; what comes in from outside is 0. */
export function shiftImages(batches: Batches, options: ShiftOptions): Batches {
  const { seed } = options;
  return {
    ...batches,
    async *epoch(epoch, fromBatch = 0) {
      let number = fromBatch;
      for await (const batch of batches.epoch(epoch, fromBatch)) {
        yield { ...batch, x: shift(imagesOf(batch, options), options, createRandom(seed).fork(`shift ${epoch}:${number}`)) };
        number += 1;
      }
    },
  };
}

type Images = Tensor<'float32' | 'uint8'>;

function shift(images: Images, { height, width, pixels }: ShiftOptions, random: Random): Images {
  const size = images.data.length / (images.shape[0] ?? 1);
  const area = height * width;
  const moved = images.data.slice();
  for (let image = 0; image < moved.length; image += size) {
    const [down, right] = [random.int(2 * pixels + 1) - pixels, random.int(2 * pixels + 1) - pixels];
    const by = down * width + right; // every pixel of a plane moves by so many places
    for (let plane = image; plane < image + size; plane += area) {
      moved.copyWithin(plane + Math.max(0, by), plane + Math.max(0, -by), plane + area - Math.max(0, by));
      if (down > 0) moved.fill(0, plane, plane + down * width);
      if (down < 0) moved.fill(0, plane + area + down * width, plane + area);
      for (let row = plane; row < plane + area && right !== 0; row += width) {
        if (right > 0) moved.fill(0, row, row + right);
        else moved.fill(0, row + width + right, row + width);
      }
    }
  }
  return { ...images, data: moved } as Images;
}

function imagesOf({ x }: Batch, { height, width, pixels }: ShiftOptions): Images {
  const isImages = isTensor(x) && (x.dtype === 'uint8' || x.dtype === 'float32');
  const size = isImages ? x.data.length / (x.shape[0] ?? 1) : 0;
  if (isImages && size > 0 && size % (height * width) === 0 && pixels < Math.min(height, width)) return x;
  throw new MoatError('the features cannot be shifted as images', {
    code: 'SHIFT_IMAGES',
    why: `a row must hold whole planes of ${height} × ${width} values as uint8 or float32, and move by less than that`,
    fix: 'check height and width, and that x is one tensor of images in planes (channels first)',
  });
}
