/** @file Targets that hold pictures and sounds: one a format, decoded to the bytes that training reads. */

import sharp from 'sharp';
import { audioFiles } from '../../src/data/media/audio.ts';
import { imageFiles } from '../../src/data/media/image.ts';
import { UnreadableMedia } from '../../src/data/media/media-kind.ts';
import { toneOf, wavOf } from '../../src/data/media/testing/wav.ts';
import { MoatError } from '../../src/engine/errors.ts';
import type { Repair } from './repair.ts';
import { flac, jpeg, ogg, png, riff } from './repairs/media.ts';
import { type Maker, repositoryFile, type Target } from './target.ts';
import type { Makers } from './targets.ts';

export const media: Makers<'media'> = {
  jpeg: image(jpeg, ['\xff\xd8\xff', '\xff\xc4', '\xff\xda', 'Exif\0\0', 'JFIF'], () => [
    picture().jpeg(),
    picture().jpeg({ progressive: true, quality: 40 }),
    gray().jpeg(),
    picture()
      .withExif({ IFD0: { Orientation: '6' } })
      .jpeg(),
  ]),
  png: image(png, ['IHDR', 'IDAT', 'PLTE', 'tRNS', 'iCCP', 'IEND'], () => [
    picture().png(),
    picture().png({ palette: true }),
    picture().png({ progressive: true }),
    picture().ensureAlpha(0.5).png(),
    gray().png(),
  ]),
  webp: image(riff, ['RIFF', 'WEBP', 'VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM'], () => [
    picture().webp(),
    picture().webp({ lossless: true }),
    picture().ensureAlpha(0.5).webp(),
  ]),
  tiff: image(undefined, ['II*\0', 'MM\0*'], () => [
    picture().tiff({ compression: 'none' }),
    picture().tiff({ compression: 'lzw', predictor: 'horizontal' }),
    picture().tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 }),
    gray().tiff({ compression: 'packbits' }),
  ]),
  wav: audio(riff, ['RIFF', 'WAVE', 'fmt ', 'data', 'LIST'], () => wavOf(toneOf(440, 0.05, 8_000), 8_000)),
  mp3: audio(undefined, ['ID3\x03', 'TAG', '\xff\xfb'], () => tone('mp3')),
  flac: audio(flac, ['fLaC', '\xff\xf8'], () => tone('flac')),
  ogg: audio(ogg, ['OggS', '\x01vorbis', '\x05vorbis'], () => tone('ogg')),
  opus: audio(ogg, ['OggS', 'OpusHead', 'OpusTags'], () => tone('opus')),
};

const WIDTH = 12;
const HEIGHT = 10;

function picture() {
  const pixels = Buffer.from(Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 37) % 256));
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

const gray = () => picture().toColourspace('b-w');

/** Some frames of 440 Hz, as FFmpeg writes them; the FLAC without its padding, where faults are none. */
function tone(format: string): Uint8Array {
  return repositoryFile(`test/fuzz/fixtures/short.${format}`);
}

function image(repair: Repair | undefined, words: readonly string[], samples: () => readonly ReturnType<typeof picture>[]): Maker {
  return async () =>
    target(await Promise.all(samples().map((each) => each.toBuffer())), words, repair, async (bytes) => {
      await imageFiles.shapeOf([bytes]);
      await imageFiles.decode(bytes, [8, 8, 3]);
    });
}

function audio(repair: Repair | undefined, words: readonly string[], sample: () => Uint8Array): Maker {
  return () => target([sample()], words, repair, (bytes) => audioFiles.decode(bytes, [64, 10, 1]));
}

/** A file of media that cannot be read is left out of an import by `UnreadableMedia`. */
function target(
  samples: readonly Uint8Array[],
  words: readonly string[],
  repair: Repair | undefined,
  decode: (bytes: Uint8Array) => Promise<unknown>,
): Target {
  return {
    samples,
    words,
    ...(repair && { repair }),
    async read(bytes) {
      try {
        await decode(bytes);
      } catch (error) {
        if (!(error instanceof UnreadableMedia)) throw error;
        throw new MoatError(error.message, { code: 'MEDIA', why: error.message, fix: '' });
      }
    },
  };
}
