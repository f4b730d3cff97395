/**
 * @file Pictures that are nearly the same: a difference hash of 64 bits finds candidates, the pixels decide.
 *
 * The hash (dHash): the picture in grey as 9 × 8 means, each bit says whether a mean is less than the one to its right. Two
 * hashes that differ in at most three bits agree in one of four parts of 16 bits, by which candidates are found.
 */

import type { ImageColumn } from '../table.ts';
import { bytesPerImage, columnLength } from '../table-ops.ts';
import type { NearPair } from './near-duplicates.ts';

/** Bits in which two hashes may differ. */
const HAMMING = 3;
/** Mean difference of two pixels, of 255, up to which pictures are nearly the same. */
const PIXEL_DIFFERENCE = 4;
const BUCKET = 40;

export interface ImageFindings {
  /** Each picture with the first that it resembles; similarity is 1 − mean difference / 255. */
  readonly pairs: readonly NearPair[];
  /** Pictures of one colour. */
  readonly blankRows: readonly number[];
}

export function lookAtImages(column: ImageColumn): ImageFindings {
  const rowCount = columnLength(column);
  const blankRows: number[] = [];
  const pairs: NearPair[] = [];
  const buckets = new Map<number, number[]>();
  const hashes: (readonly [number, number] | undefined)[] = [];
  for (let row = 0; row < rowCount; row++) {
    const hash = hashOf(column, row);
    hashes.push(hash);
    if (hash === undefined) {
      blankRows.push(row);
      continue;
    }
    const first = firstAlike(column, hashes, buckets, row, hash);
    if (first) pairs.push(first);
    for (const key of partsOf(hash)) {
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [row]);
      else if (bucket.length < BUCKET) bucket.push(row);
    }
  }
  return { pairs, blankRows };
}

function firstAlike(
  column: ImageColumn,
  hashes: readonly (readonly [number, number] | undefined)[],
  buckets: ReadonlyMap<number, readonly number[]>,
  row: number,
  hash: readonly [number, number],
): NearPair | undefined {
  const candidates = new Set(partsOf(hash).flatMap((key) => buckets.get(key) ?? []));
  for (const other of [...candidates].sort((a, b) => a - b)) {
    const [high, low] = hashes[other] as readonly [number, number];
    if (bits(high ^ hash[0]) + bits(low ^ hash[1]) > HAMMING) continue;
    const difference = pixelDifference(column, other, row);
    if (difference <= PIXEL_DIFFERENCE) return { a: other, b: row, similarity: 1 - difference / 255 };
  }
  return undefined;
}

/** Two halves of 32 bits, or nothing for a picture of one colour. */
function hashOf(column: ImageColumn, row: number): readonly [number, number] | undefined {
  const grey = greyMeans(column, row);
  if (grey.every((value) => Math.abs(value - (grey[0] as number)) < 0.5)) return undefined;
  const halves: [number, number] = [0, 0];
  for (let bit = 0; bit < 64; bit++) {
    const at = Math.floor(bit / 8) * 9 + (bit % 8);
    if ((grey[at] as number) < (grey[at + 1] as number)) halves[bit >> 5] = (halves[bit >> 5] as number) | (1 << (bit & 31));
  }
  return halves;
}

/** Means of 9 × 8 fields, all channels together. */
function greyMeans({ width, height, channels, pixels }: ImageColumn, row: number): Float64Array {
  const size = width * height * channels;
  const means = new Float64Array(72);
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 9; x++) {
      const [x0, y0] = [Math.floor((x * width) / 9), Math.floor((y * height) / 8)];
      const [x1, y1] = [Math.max(x0 + 1, Math.floor(((x + 1) * width) / 9)), Math.max(y0 + 1, Math.floor(((y + 1) * height) / 8))];
      let sum = 0;
      for (let i = y0; i < y1; i++)
        for (let j = x0 * channels; j < x1 * channels; j++) sum += pixels[row * size + i * width * channels + j] as number;
      means[y * 9 + x] = sum / ((x1 - x0) * (y1 - y0) * channels);
    }
  }
  return means;
}

function partsOf([high, low]: readonly [number, number]): number[] {
  return [high & 0xffff, (high >>> 16) + 0x10000, (low & 0xffff) + 0x20000, (low >>> 16) + 0x30000];
}

function bits(value: number): number {
  let count = 0;
  for (let rest = value >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}

function pixelDifference(column: ImageColumn, a: number, b: number): number {
  const size = bytesPerImage(column);
  let sum = 0;
  for (let i = 0; i < size; i++) sum += Math.abs((column.pixels[a * size + i] as number) - (column.pixels[b * size + i] as number));
  return sum / size;
}
