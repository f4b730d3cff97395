/** @file Column type `image`: pictures of one size, one byte a channel. */

import { MoatError } from '../../engine/errors.ts';
import type { ImageColumn } from '../table.ts';
import { bytesPerImage, columnLength } from '../table-ops.ts';
import { type ColumnKind, jsonTypeOf, WrongValue } from './column-kind.ts';

export const image: ColumnKind<ImageColumn> = {
  type: 'image',
  summary:
    'Pictures of one size, one byte a channel, rows from the top; in JSON a picture file in base64, or nested arrays [height][width] or [height][width][channels], or flat.',
  // A text cell is never an image: the sources that hold images say so themselves.
  recognise: () => undefined,
  parse(name) {
    throw new MoatError(`column "${name}" cannot be read as images`, {
      code: 'COLUMN_NOT_AN_IMAGE',
      why: 'its cells are text, and an image is an array of bytes',
      fix: 'declare another type for it under `columns`, or give a folder of pictures or an IDX pair as `data`',
    });
  },
  text: () => null,
  toJson(column, row) {
    const size = bytesPerImage(column);
    const bytes = column.pixels.subarray(row * size, (row + 1) * size);
    return Array.from({ length: column.height }, (_, y) =>
      Array.from({ length: column.width }, (_, x) => {
        const at = (y * column.width + x) * column.channels;
        return column.channels === 1 ? (bytes[at] as number) : Array.from(bytes.subarray(at, at + column.channels));
      }),
    );
  },
  fromJson(field, values) {
    const [height = 0, width = 0, channels = 1] = field.shape ?? [];
    const expected = `a picture file in base64, or an image of ${height} × ${width} × ${channels} bytes from 0 to 255, nested or flat`;
    const size = height * width * channels;
    const pixels = new Uint8Array(values.length * size);
    values.forEach((value, row) => {
      if (value instanceof Uint8Array && value.length === size) {
        pixels.set(value, row * size); // decoded from a file of the request
        return;
      }
      if (!Array.isArray(value)) throw new WrongValue(row, expected, jsonTypeOf(value));
      const filled = fill(
        pixels,
        row * size,
        (row + 1) * size,
        value,
        value.length === size && !Array.isArray(value[0]) ? [size] : [height, width, channels],
      );
      if (filled !== (row + 1) * size) throw new WrongValue(row, expected, 'an array of another shape or with other values');
    });
    return { name: field.name, type: 'image', height, width, channels, pixels };
  },
  facts(column) {
    const sum = column.pixels.reduce((total, byte) => total + byte, 0);
    return {
      height: column.height,
      width: column.width,
      channels: column.channels,
      meanByte: column.pixels.length === 0 ? 0 : sum / column.pixels.length,
      megabytes: (columnLength(column) * bytesPerImage(column)) / 1e6,
    };
  },
};

/** Writes nested arrays of the given shape into `pixels` from `at`; answers where it ended, or −1 when shape or bytes are wrong. */
function fill(pixels: Uint8Array, at: number, end: number, value: unknown, shape: readonly number[]): number {
  const [length, ...inner] = shape;
  if (length === undefined) {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 255 || at >= end) return -1;
    pixels[at] = value;
    return at + 1;
  }
  // One channel may be left out: [H][W] means [H][W][1].
  if (inner.length === 0 && length === 1 && typeof value === 'number') return fill(pixels, at, end, value, []);
  if (!Array.isArray(value) || value.length !== length) return -1;
  for (const item of value) {
    at = fill(pixels, at, end, item, inner);
    if (at < 0) return -1;
  }
  return at;
}
