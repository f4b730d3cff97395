/** @file pixels: the bytes of an image as numbers from 0 to 1, channel by channel (channels × height × width, as convolutions read them). */

import { type Static, Type } from 'typebox';
import type { ImageColumn } from '../../data/table.ts';
import { MoatError } from '../../engine/errors.ts';
import { defineEncoder, type Features, type Planes } from './encoder.ts';

const side = Type.Integer({ minimum: 1, maximum: 65_536 });
const state = Type.Object({ height: side, width: side, channels: Type.Integer({ minimum: 1, maximum: 64 }) });
type Size = Static<typeof state>;

/** For linear models and dense networks: one feature a byte. */
export const pixels = defineEncoder({
  name: 'pixels',
  types: ['image', 'audio'],
  state,
  fit: sizeOf,
  open(size, cellsOf): Features {
    const { channels } = size;
    const area = size.height * size.width;
    return {
      width: channels * area,
      reader(column) {
        const images = cellsOf(column);
        requireSize(images, size);
        return (row, into) => {
          const from = row * area * channels;
          for (let channel = 0; channel < channels; channel++)
            for (let pixel = 0; pixel < area; pixel++)
              into.add(channel * area + pixel, (images.pixels[from + pixel * channels + channel] as number) / 255);
        };
      },
    };
  },
});

/** For convolutions: [row, channels, height, width]. */
export const planes = defineEncoder({
  name: 'planes',
  types: ['image', 'audio'],
  state,
  fit: sizeOf,
  open(size, cellsOf): Planes {
    const shape = [size.channels, size.height, size.width];
    return {
      type: { dtype: 'float32', shape },
      encode(column) {
        const data = scale(cellsOf(column), size);
        return { dtype: 'float32', shape: [data.length / (size.channels * size.height * size.width), ...shape], data };
      },
    };
  },
});

function sizeOf({ height, width, channels }: ImageColumn): Size {
  return { height, width, channels };
}

/** Bytes / 255, from height × width × channels to channels × height × width. */
function scale(column: ImageColumn, size: Size): Float32Array {
  requireSize(column, size);
  const { height, width, channels, pixels: bytes } = column;
  const area = height * width;
  const scaled = new Float32Array(bytes.length);
  for (let image = 0; image < bytes.length; image += area * channels) {
    for (let channel = 0; channel < channels; channel++) {
      const plane = image + channel * area;
      for (let pixel = 0; pixel < area; pixel++)
        scaled[plane + pixel] = SHARES[bytes[image + pixel * channels + channel] as number] as number;
    }
  }
  return scaled;
}

function requireSize({ name, height, width, channels }: ImageColumn, size: Size): void {
  if (height === size.height && width === size.width && channels === size.channels) return;
  throw new MoatError(`the images of column "${name}" have another size than in training`, {
    code: 'IMAGE_SIZE',
    why: `they are ${height}×${width}×${channels}, and training saw ${size.height}×${size.width}×${size.channels}`,
    fix: 'scale the images to the size of training first',
  });
}

/** Each byte / 255. */
const SHARES = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
