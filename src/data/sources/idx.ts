/** @file IDX, the format of MNIST: a file of images and a file of labels, sizes first, bytes after. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MoatError } from '../../engine/errors.ts';
import type { ImagesSpec } from '../dataset.ts';
import { type FileStamp, requireFile } from './files.ts';
import type { Source, SourceFile } from './source.ts';
import { type StagedChunk, stageChunks } from './stage.ts';

export const idx: Source = {
  name: 'idx',
  summary: '`{ images: …, labels: … }`: an IDX pair of unsigned bytes as MNIST has it; makes the columns `image` and `label`.',
  accepts: (spec) => typeof spec !== 'string' && 'images' in spec,
  async read(spec, context) {
    const { folder } = context;
    const { images: imagesPath, labels: labelsPath } = spec as ImagesSpec;
    const images = await readIdx(imagesPath, folder, [3, 4]);
    const labels = await readIdx(labelsPath, folder, [1]);
    const [rowCount = 0, height = 0, width = 0, channels = 1] = images.sizes;
    if (labels.sizes[0] !== rowCount) {
      throw new MoatError(`${labelsPath} does not belong to ${imagesPath}`, {
        code: 'IDX_COUNTS_DIFFER',
        why: `there are ${rowCount} images and ${labels.sizes[0]} labels`,
        fix: 'name the two files of one set, such as train-images and train-labels',
      });
    }
    const { from, reach } = await stageChunks(context, chunksOf(images.bytes, height * width * channels, labels.bytes));
    return {
      columns: [
        {
          name: 'image',
          type: 'typed',
          as: 'image',
          shape: [height, width, channels],
          why: `IDX file of ${height} × ${width} × ${channels} bytes a row`,
        },
        { name: 'label', type: 'typed', as: 'category', why: 'labels of an IDX file are names of classes' },
      ],
      from,
      reach,
      files: [images.file, labels.file],
      stamps: [images.stamp, labels.stamp],
      warnings: [],
    };
  },
};

const CHUNK_ROWS = 2_048;

function* chunksOf(pixels: Uint8Array, size: number, labels: Uint8Array): Generator<StagedChunk> {
  for (let from = 0; from < labels.length; from += CHUNK_ROWS) {
    const some = labels.subarray(from, from + CHUNK_ROWS);
    const images = Array.from(some, (_, i) => pixels.subarray((from + i) * size, (from + i + 1) * size));
    yield [images, Array.from(some, (label) => LABELS[label] as string)];
  }
}

const LABELS = Array.from({ length: 256 }, (_, label) => String(label));

/** `0x08` says unsigned bytes; the next byte is the number of sizes that follow, each 32 bits, big-endian. */
const UNSIGNED_BYTES = 0x08;

async function readIdx(
  path: string,
  folder: string,
  ranks: readonly number[],
): Promise<{ readonly sizes: readonly number[]; readonly bytes: Uint8Array; readonly file: SourceFile; readonly stamp: FileStamp }> {
  const { path: absolute, bytes: length, stamp } = await requireFile(path, folder);
  const content = await readFile(absolute);
  const rank = content[3] ?? 0;
  const isIdx = length >= 4 && content[0] === 0 && content[1] === 0 && content[2] === UNSIGNED_BYTES && ranks.includes(rank);
  if (!isIdx || length < 4 + 4 * rank) {
    throw new MoatError(`${path} is not an IDX file of ${ranks.includes(1) ? 'labels' : 'images'}`, {
      code: 'IDX_FORMAT',
      why: `it does not start with 00 00 08 ${ranks.map((r) => `0${r}`).join(' or ')} and the sizes`,
      fix: 'give the unpacked file (gunzip it first), images under `images` and labels under `labels`',
    });
  }
  const sizes = Array.from({ length: rank }, (_, axis) => content.readUInt32BE(4 + 4 * axis));
  // Sizes are multiplied as BigInt: a lying header must not wrap around to a length that fits.
  const promised = sizes.reduce((product, size) => product * BigInt(size), 1n) + BigInt(4 + 4 * rank);
  if (promised !== BigInt(length)) {
    throw new MoatError(`${path} is ${BigInt(length) < promised ? 'cut short' : 'longer than it says'}`, {
      code: 'IDX_LENGTH',
      why: `its header promises ${promised} bytes (${sizes.join(' × ')} and the header), the file has ${length}`,
      fix: 'download the file again',
    });
  }
  if (sizes.includes(0)) {
    throw new MoatError(`${path} holds nothing`, {
      code: 'DATA_NO_ROWS',
      why: `its header says ${sizes.join(' × ')}`,
      fix: 'give a file with at least one row',
    });
  }
  const file = { path, bytes: length, sha256: createHash('sha256').update(content).digest('hex'), facts: { format: 'idx', sizes } };
  return { sizes, bytes: new Uint8Array(content.buffer, content.byteOffset + 4 + 4 * rank, length - 4 - 4 * rank), file, stamp };
}
