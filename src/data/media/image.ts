/** @file Picture files: JPEG, PNG, WebP and TIFF, decoded to bytes of one size. The only door to sharp. */

import type { Sharp } from 'sharp';
import { type MediaKind, UnreadableMedia } from './media-kind.ts';

/** Pixels of a picture before it is resized; a file of a kilobyte can claim ten billion. */
const MOST_PIXELS = 50_000_000;
/** Of a side; JPEG has no longer ones. A PNG of 4,194,316 × 10 keeps the resizer at work for seconds, and is no picture. */
const LONGEST_SIDE = 65_535;

export const imageFiles: MediaKind = {
  type: 'image',
  extensions: ['jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff'],
  summary: 'JPEG, PNG, WebP and TIFF, turned upright and resized to one size; transparency becomes white.',

  async shapeOf(files) {
    const sizes = (await Promise.all(files.map(sizeOf))).filter((size) => size !== undefined);
    const channels = sizes.every(({ isGray }) => isGray) ? 1 : 3;
    const [first] = sizes;
    const isOneSize = first !== undefined && sizes.every(({ height, width }) => height === first.height && width === first.width);
    if (isOneSize && Math.max(first.height, first.width) <= LARGEST_KEPT) {
      return { shape: [first.height, first.width, channels], why: `picture files of ${first.height} × ${first.width}` };
    }
    return {
      shape: [SIDE, SIDE, channels],
      why: `picture files, resized to ${SIDE} × ${SIDE}; the recipe can name another size under \`data\``,
    };
  },

  async decode(bytes, [height = SIDE, width = SIDE, channels = 3]) {
    requireFormat(bytes);
    try {
      const file = await open(bytes);
      if (bytes[0] !== JPEG_START) await requireSides(file);
      const picture = file.autoOrient().flatten({ background: '#ffffff' }).resize({ height, width, fit: 'fill' });
      const pixels = await (channels === 1 ? picture.toColourspace('b-w') : picture.toColourspace('srgb'))
        .raw({ depth: 'uchar' })
        .toBuffer();
      if (pixels.length !== height * width * channels) throw new UnreadableMedia('its channels are none that a picture has');
      return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length);
    } catch (error) {
      throw unreadable(error);
    }
  },
};

/** A side up to here is kept when all pictures share it; anything else becomes SIDE. */
const LARGEST_KEPT = 128;
const SIDE = 64;

interface Size {
  readonly height: number;
  readonly width: number;
  readonly isGray: boolean;
}

/** Of the header alone; undefined when it cannot be read. */
async function sizeOf(bytes: Uint8Array): Promise<Size | undefined> {
  try {
    requireFormat(bytes);
    const { autoOrient, space } = await (await open(bytes)).metadata();
    return { height: autoOrient.height, width: autoOrient.width, isGray: space === 'b-w' || space === 'grey16' };
  } catch {
    return undefined;
  }
}

async function open(bytes: Uint8Array): Promise<Sharp> {
  library ??= loadLibrary();
  return (await library)(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'truncated', sequentialRead: true });
}

/** Loaded with the first picture: it takes a quarter of a second, which most commands need not wait for. */
let library: ReturnType<typeof loadLibrary> | undefined;

async function loadLibrary() {
  const { default: sharp } = await import('sharp');
  // decoded pictures are read once, and the threads of the process are shared with training
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/** The sides of a JPEG have 16 bits, so its header need not be read before the rest. */
const JPEG_START = 0xff;

async function requireSides(file: Sharp): Promise<void> {
  const { width, height } = await file.metadata();
  if (Math.max(width, height) > LONGEST_SIDE)
    throw new UnreadableMedia(`a side of it has more than ${LONGEST_SIDE.toLocaleString('en-US')} pixels`);
}

/** How a file of each format begins. Nothing else reaches the decoder: no SVG, no PDF, whatever the name says. */
const BEGINNINGS: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  [0x52, 0x49, 0x46, 0x46, -1, -1, -1, -1, 0x57, 0x45, 0x42, 0x50],
  [0x49, 0x49, 0x2a, 0x00],
  [0x4d, 0x4d, 0x00, 0x2a],
];

function requireFormat(bytes: Uint8Array): void {
  if (BEGINNINGS.some((start) => start.every((byte, i) => byte === -1 || byte === bytes[i]))) return;
  throw new UnreadableMedia('it is no JPEG, PNG, WebP or TIFF');
}

function unreadable(error: unknown): UnreadableMedia {
  if (error instanceof UnreadableMedia) return error;
  const isTooLarge = error instanceof Error && /pixel limit/i.test(error.message);
  return new UnreadableMedia(
    isTooLarge ? `it claims more than ${MOST_PIXELS.toLocaleString('en-US')} pixels` : 'it is damaged or cut short',
    error,
  );
}
