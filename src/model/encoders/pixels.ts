/** @file pixels: the bytes of an image as numbers from 0 to 1, channel by channel (channels × height × width, as convolutions read them). */

import { type Static, Type } from 'typebox';
import type { ImageColumn } from '../../data/table.ts';
import { MoatError } from '../../engine/errors.ts';
import { defineEncoder, type Features, type Planes } from './encoder.ts';
import { SparseBuilder } from './sparse.ts';

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
    const width = size.channels * size.height * size.width;
    return {
      width,
      encode(column) {
        const scaled = scale(cellsOf(column), size);
        const rows = new SparseBuilder(width);
        for (let from = 0; from < scaled.length; from += width) {
          for (let i = 0; i < width; i++) rows.add(i, scaled[from + i] as number);
          rows.endRow();
        }
        return rows.build();
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
  const { height, width, channels, pixels: bytes } = column;
  if (height !== size.height || width !== size.width || channels !== size.channels) {
    throw new MoatError(`the images of column "${column.name}" have another size than in training`, {
      code: 'IMAGE_SIZE',
      why: `they are ${height}×${width}×${channels}, and training saw ${size.height}×${size.width}×${size.channels}`,
      fix: 'scale the images to the size of training first',
    });
  }
  const area = height * width;
  const scaled = new Float32Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) {
    const image = Math.floor(at / (area * channels));
    const [pixel, channel] = [Math.floor(at / channels) % area, at % channels];
    scaled[image * area * channels + channel * area + pixel] = (bytes[at] as number) / 255;
  }
  return scaled;
}
