import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { audioFiles } from './audio.ts';
import { imageFiles } from './image.ts';
import { mediaKindOf } from './index.ts';
import { resample } from './resample.ts';
import { BANDS, SAMPLE_RATE } from './spectrogram.ts';
import { toneOf, wavOf } from './testing/wav.ts';

/** Two halves, red above and blue below. */
const halves = sharp(Buffer.from(Array.from({ length: 8 * 6 }, (_, pixel) => (pixel < 24 ? [255, 0, 0] : [0, 0, 255])).flat()), {
  raw: { width: 6, height: 8, channels: 3 },
});

describe('pictures', () => {
  test.each(['png', 'webp', 'tiff', 'jpeg'] as const)('%s: bytes in rows from the top, channels last', async (format) => {
    const file = await halves.clone().toFormat(format, { quality: 100, lossless: true, chromaSubsampling: '4:4:4' }).toBuffer();
    const pixels = await imageFiles.decode(file, [8, 6, 3]);
    const [top, bottom] = [pixels.subarray(0, 3), pixels.subarray(-3)];
    for (const [i, expected] of [254, 0, 0].entries()) expect(Math.abs((top[i] as number) - expected)).toBeLessThan(4);
    for (const [i, expected] of [0, 0, 254].entries()) expect(Math.abs((bottom[i] as number) - expected)).toBeLessThan(4);
  });

  test('one size for all: resized, gray on request, transparency white, turned as the camera says', async () => {
    const file = await halves.clone().png().toBuffer();
    expect(await imageFiles.decode(file, [4, 4, 3])).toHaveLength(48);
    // luminance of red in sRGB: 0.2126 linear, which is byte 127
    expect((await imageFiles.decode(file, [8, 6, 1]))[0]).toBe(127);
    const clear = await sharp({ create: { width: 2, height: 2, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .png()
      .toBuffer();
    expect([...(await imageFiles.decode(clear, [2, 2, 1]))]).toEqual([255, 255, 255, 255]);
    const turned = await halves.clone().withMetadata({ orientation: 3 }).jpeg({ quality: 100 }).toBuffer();
    expect((await imageFiles.decode(turned, [8, 6, 3]))[2]).toBeGreaterThan(250); // blue is above now
  });

  test('small pictures of one size keep it, others become 64 × 64', async () => {
    const file = await halves.clone().png().toBuffer();
    const large = await halves.clone().resize(300, 200).png().toBuffer();
    expect((await imageFiles.shapeOf([file, file])).shape).toEqual([8, 6, 3]);
    expect((await imageFiles.shapeOf([file, large])).shape).toEqual([64, 64, 3]);
  });

  test('a side has at most 65,535 pixels, however few there are in all', async () => {
    const ofWidth = (width: number) =>
      sharp({ create: { width, height: 1, channels: 3, background: '#fff' } })
        .png()
        .toBuffer();
    expect(await imageFiles.decode(await ofWidth(65_535), [2, 2, 1])).toHaveLength(4);
    await expect(imageFiles.decode(await ofWidth(65_536), [2, 2, 1])).rejects.toThrow('a side of it has more than 65,535 pixels');
  });

  test('what is no picture, or would not fit, is refused by its content', async () => {
    const file = await halves.clone().png().toBuffer();
    const refused: [string, Uint8Array][] = [
      ['svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')],
      ['empty', new Uint8Array()],
      ['cut short', file.subarray(0, file.length - 20)],
      ['100,000 × 100,000 pixels', pngClaiming(100_000, 100_000)],
      ['a header and noise', Buffer.concat([file.subarray(0, 33), Buffer.alloc(500, 7)])],
    ];
    for (const [what, bytes] of refused) {
      await expect(imageFiles.decode(bytes, [8, 8, 3]), what).rejects.toMatchObject({ name: 'UnreadableMedia' });
    }
  });
});

describe('sounds', () => {
  test.each([
    ['mp3', 21],
    ['flac', 21],
    ['ogg', 21],
    ['opus', 21],
  ])('%s: a tone of 1,000 Hz is loudest in the band around 1,000 Hz', async (format, band) => {
    const file = readFileSync(new URL(`./fixtures/tone.${format}`, import.meta.url));
    const pixels = await audioFiles.decode(file, [BANDS, 40, 1]);
    const moment = Array.from({ length: BANDS }, (_, i) => pixels[i * 40 + 20] as number);
    // mel(1000 Hz) = 1000; centres stand every (mel(8000) − mel(20)) / 65 = 43.2 from 31.7 on: the 22nd
    expect(moment.indexOf(Math.max(...moment))).toBe(band);
    expect(Math.max(...moment)).toBeGreaterThan(235); // −2 dB of full scale, less what the codec takes
  });

  test('wav: bands follow the pitch, silence is 0, what is longer is cut', async () => {
    const loudest = async (hertz: number): Promise<number> => {
      const pixels = await audioFiles.decode(wavOf(toneOf(hertz, 0.5, 44_100), 44_100), [BANDS, 30, 1]);
      const moment = Array.from({ length: BANDS }, (_, i) => pixels[i * 30 + 15] as number);
      return moment.indexOf(Math.max(...moment));
    };
    const bands = await Promise.all([200, 400, 1_000, 3_000, 6_000].map(loudest));
    expect(bands).toEqual(bands.toSorted((a, b) => a - b));
    expect(await audioFiles.decode(wavOf(new Float32Array(800), 16_000), [BANDS, 20, 1])).toEqual(new Uint8Array(BANDS * 20));
    expect(await audioFiles.decode(wavOf(toneOf(500, 3, 8_000), 8_000), [BANDS, 10, 1])).toHaveLength(BANDS * 10);
  });

  test('what holds no sound is refused', async () => {
    const mp3 = readFileSync(new URL('./fixtures/tone.mp3', import.meta.url));
    for (const bytes of [new Uint8Array(), mp3.subarray(0, 40), wavOf(new Float32Array(0), 16_000), Buffer.from('MThd midi')]) {
      await expect(audioFiles.decode(bytes, [BANDS, 10, 1])).rejects.toMatchObject({ name: 'UnreadableMedia' });
    }
  });

  test('a sound that ends before its header says is refused, unless what is read of it is there', async () => {
    const wav = wavOf(toneOf(440, 0.5, 8_000), 8_000);
    const flac = readFileSync(new URL('./fixtures/tone.flac', import.meta.url));
    for (const file of [wav, flac]) {
      expect(await audioFiles.decode(file, [BANDS, 60, 1])).toHaveLength(BANDS * 60);
      await expect(audioFiles.decode(file.subarray(0, Math.floor(0.9 * file.length)), [BANDS, 60, 1])).rejects.toThrow('it is cut short');
      expect(await audioFiles.decode(file.subarray(0, Math.floor(0.9 * file.length)), [BANDS, 10, 1])).toHaveLength(BANDS * 10);
    }
    const piped = Buffer.from(wav.subarray(0, 6_000));
    piped.writeUInt32LE(0xffffffff, 40); // written to a pipe: the length was not known
    expect(await audioFiles.decode(piped, [BANDS, 60, 1])).toHaveLength(BANDS * 60);
  });

  test('a file that makes its decoder write beyond its memory is refused', async () => {
    const overrun = readFileSync(new URL('./fixtures/overrun.flac', import.meta.url));
    await expect(audioFiles.decode(overrun, [BANDS, 10, 1])).rejects.toMatchObject({ name: 'UnreadableMedia' });
  });

  test('of a block that unpacks to minutes only the seconds that are read are mixed', async () => {
    const wav = Buffer.from(wavOf(toneOf(440, 0.05, 8_000), 8_000));
    wav.writeUInt16LE(0x11, 20); // IMA ADPCM, in blocks of two bytes: 400 blocks, each of 65,000 samples
    const { user } = process.cpuUsage();
    expect(await audioFiles.decode(wav, [BANDS, 10, 1])).toHaveLength(BANDS * 10);
    expect(process.cpuUsage().user - user).toBeLessThan(2e6);
  });

  test('a sample rate that no sound has is refused: its filter would have millions of weights', async () => {
    for (const sampleRate of [2 ** 32 - 1, 1_000_001]) {
      const wav = Buffer.from(wavOf(new Float32Array(400), 16_000));
      wav.writeUInt32LE(sampleRate, 24);
      await expect(audioFiles.decode(wav, [BANDS, 10, 1])).rejects.toMatchObject({ name: 'UnreadableMedia' });
    }
  });

  test('another sample rate keeps a tone and loses what it cannot hold', () => {
    const inner = (samples: Float32Array): Float32Array => samples.subarray(200, samples.length - 200);
    const kept = inner(resample(toneOf(1_000, 0.1, 44_100), 44_100, SAMPLE_RATE));
    const expected = inner(toneOf(1_000, 0.1, SAMPLE_RATE));
    for (const [i, value] of kept.entries()) expect(Math.abs(value - (expected[i] as number))).toBeLessThan(2e-3);
    const lost = inner(resample(toneOf(12_000, 0.1, 44_100), 44_100, SAMPLE_RATE));
    expect(Math.max(...lost.map(Math.abs))).toBeLessThan(2e-3);
  });
});

test('random bytes behind a known beginning are refused or decoded, never a crash', async () => {
  const starts = ['\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'II*\0', 'RIFF\0\0\0\0WEBP', 'RIFF\0\0\0\0WAVEfmt ', 'fLaC', 'OggS', 'ID3'].map(
    (start) => Buffer.from(start, 'latin1'),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), async (start, rest) => {
      const bytes = Buffer.concat([start, rest]);
      const shape = start.subarray(0, 4).equals(Buffer.from('RIFF')) && start.length > 12 ? [BANDS, 5, 1] : [4, 4, 1];
      for (const kind of [imageFiles, audioFiles]) {
        await kind
          .decode(bytes, kind === audioFiles ? [BANDS, 5, 1] : shape)
          .catch((error) => expect(error).toMatchObject({ name: 'UnreadableMedia' }));
      }
    }),
    { seed: 9, numRuns: 60 },
  );
});

test('the kind of a file by its name', () => {
  expect(mediaKindOf('a/b.JPG')?.type).toBe('image');
  expect(mediaKindOf('song.ogg')?.type).toBe('audio');
  for (const name of ['note.txt', 'jpg', 'a.svg', 'folder.jpg/readme']) expect(mediaKindOf(name)).toBeUndefined();
});

/** A whole PNG of under a kilobyte whose header claims any size. */
function pngClaiming(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(25);
  header.writeUInt32BE(13, 0);
  header.write('IHDR', 4, 'latin1');
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  header.set([8, 2, 0, 0, 0], 16);
  header.writeUInt32BE(crcOf(header.subarray(4, 21)), 21);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), header]);
}

/** CRC-32 as PNG has it (ISO 3309). */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
