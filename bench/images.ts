/**
 * @file JPEG files imported, then read as training reads them: decoded, resized, shifted at random, in batches. Beside it bare sharp
 * decoding and resizing the same files, turn by turn: `npx tsx bench/images.ts [count] [size]`.
 */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { importDataset, openShuffled, selectCells } from '../src/data/index.ts';
import { type Batch, createRandom, shiftImages, type Tensor } from '../src/engine/index.ts';
import { columnNamed, fitPlanes, openPlanes } from '../src/model/encoders/index.ts';
import { streamedBatches } from '../src/model/families/streamed.ts';
import { openHome } from '../src/store/index.ts';
import { Stopwatch } from './data/stopwatch.ts';

const [count = 100_000, size = 64] = process.argv.slice(2).map(Number);
const SOURCE = { width: 320, height: 240 };
const DISTINCT = 500;
const BATCH = 128;
/** Ours and bare sharp take turns of so many pictures, so that a slow moment of the machine falls on both. */
const TURN = 40 * BATCH;
/** Bare sharp takes every turn of a small folder, and one in so many of a large one. */
const COMPARED = count > 20_000 ? 4 : 1;

const folder = await mkdtemp(join(tmpdir(), 'moat-images-'));
const pictures = join(folder, 'pictures');
const home = await openHome(join(folder, 'home'), { command: 'bench' });
try {
  const writing = new Stopwatch();
  await writing.run(writeFiles);
  print(`write ${count.toLocaleString('en')} JPEG files of ${SOURCE.width} × ${SOURCE.height}`, writing);
  const names = (await readdir(pictures, { recursive: true })).filter((name) => name.endsWith('.jpg')).map((name) => join(pictures, name));
  const atOnce = await bestAtOnce(names.slice(0, 500));

  const importing = new Stopwatch();
  const data = { folder: 'pictures', size: [size, size] } as const;
  const version = await importing.run(() => importDataset(home, { name: 'pictures', data, folder, now: new Date(0) }));
  print('import: read, decode once, keep', importing);

  const stream = await openShuffled(home, version, 'all', 7, ({ type }) => type !== 'id');
  for (const epoch of [0, 1]) {
    const [ours, bare] = [new Stopwatch(), new Stopwatch()];
    let [rows, compared, turns] = [0, 0, 0];
    const batches = (shifted(stream).epoch(epoch) as AsyncIterable<Batch>)[Symbol.asyncIterator]();
    for (let isDone = false; !isDone; ) {
      await ours.run(async () => {
        for (let turn = 0; turn < TURN && !isDone; ) {
          const { value, done } = await batches.next();
          if (done) isDone = true;
          else turn += (value.x as Tensor).shape[0] as number;
          if (!done) rows += (value.x as Tensor).shape[0] as number;
        }
      });
      if (epoch > 0 || turns++ % COMPARED > 0) continue;
      const some = names.slice(Math.max(0, rows - TURN), rows);
      await bare.run(() => bareSharp(some, atOnce));
      compared += some.length;
    }
    if (rows !== count) throw new Error(`${rows} rows came back`);
    print(`epoch ${epoch + 1}: ${epoch === 0 ? 'decode' : 'read what was decoded'}, shift at random`, ours);
    if (epoch > 0) continue;
    print(`bare sharp, ${atOnce} at once: decode and resize`, bare, compared);
    const ratio = (key: 'seconds' | 'processorSeconds') => (bare[key] / compared / (ours[key] / count)).toFixed(2);
    console.log(`ours / bare sharp: ${ratio('seconds')} by the clock, ${ratio('processorSeconds')} by the processor`);
  }
  await stream.close();
} finally {
  await home.close();
  await rm(folder, { recursive: true, force: true });
}

/** As the family cnn reads a stream. */
function shifted(stream: Parameters<typeof streamedBatches>[0]) {
  const none: Tensor = { dtype: 'float32', shape: [0], data: new Float32Array() };
  const batches = streamedBatches(stream, BATCH, (table) => {
    const planes = openPlanes(fitPlanes(table, 'image'));
    const column = columnNamed(table, 'image');
    return { x: (rows) => planes.encode(selectCells(column, rows)), y: () => none };
  });
  return shiftImages(batches, { height: size, width: size, pixels: 2, seed: 7 });
}

/** The least that can be done to a file: read it, decode it, resize it. */
async function bareSharp(names: readonly string[], atOnce: number): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < names.length) {
      const bytes = await readFile(names[next++] as string);
      await sharp(bytes).resize({ width: size, height: size, fit: 'fill' }).raw().toBuffer();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** The number of files at once with which bare sharp is fastest here. */
async function bestAtOnce(names: readonly string[]): Promise<number> {
  const tried: { atOnce: number; seconds: number }[] = [];
  await bareSharp(names, 4); // the first pass pays for what is loaded once
  for (let round = 0; round < 2; round++) {
    for (const atOnce of [2, 3, 4, 8, 16]) {
      const watch = new Stopwatch();
      await watch.run(() => bareSharp(names, atOnce));
      tried.push({ atOnce, seconds: watch.seconds });
    }
  }
  return tried.reduce((best, one) => (one.seconds < best.seconds ? one : best)).atOnce;
}

/** Noise over gradients, so that JPEG has something to do; every file differs in its last bytes. */
async function writeFiles(): Promise<void> {
  const random = createRandom(7);
  const distinct: Buffer[] = [];
  for (let i = 0; i < DISTINCT; i++) {
    const pixels = Buffer.alloc(SOURCE.width * SOURCE.height * 3);
    for (let at = 0; at < pixels.length; at++) pixels[at] = ((at % (SOURCE.width * 3)) / 4 + random.int(60) + i) % 256;
    distinct.push(
      await sharp(pixels, { raw: { ...SOURCE, channels: 3 } })
        .jpeg({ quality: 80 })
        .toBuffer(),
    );
  }
  for (const label of ['a', 'b']) await mkdir(join(pictures, label), { recursive: true });
  for (let i = 0; i < count; i++) {
    const picture = distinct[i % DISTINCT] as Buffer;
    await writeFile(join(pictures, i % 2 ? 'a' : 'b', `${i}.jpg`), Buffer.concat([picture, Buffer.from(String(i))]));
  }
}

function print(what: string, { seconds, processorSeconds, peakBytes }: Stopwatch, pictureCount = count): void {
  const perSecond = Math.round(pictureCount / seconds).toLocaleString('en');
  console.log(
    `${what.padEnd(52)} ${seconds.toFixed(1).padStart(7)} s ${perSecond.padStart(8)} images/s  ${((1_000 * processorSeconds) / pictureCount).toFixed(2).padStart(6)} ms of the processor each  peak ${Math.round(peakBytes / 2 ** 20)} MiB`,
  );
}
