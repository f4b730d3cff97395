/** @file 100,000 JPEG files through decode, resize and augmentation in batches: images a second and peak memory: `npx tsx bench/images.ts [count] [size]`. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { importDataset, readPartChunks } from '../src/data/index.ts';
import { type Batches, createRandom, shiftImages, type Tensor } from '../src/engine/index.ts';
import { fitPlanes, openPlanes } from '../src/model/encoders/index.ts';
import { openHome } from '../src/store/index.ts';

const [count = 100_000, size = 64] = process.argv.slice(2).map(Number);
const SOURCE = { width: 320, height: 240 };
const DISTINCT = 500;

const folder = await mkdtemp(join(tmpdir(), 'moat-images-'));
const home = await openHome(join(folder, 'home'), { command: 'bench' });
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 20);
try {
  await timed(`write ${count.toLocaleString('en')} JPEG files of ${SOURCE.width} × ${SOURCE.height}`, writeFiles);
  const version = await timed('import: read, decode once, keep', () =>
    importDataset(home, { name: 'pictures', data: { folder: 'pictures', size: [size, size] }, folder, now: new Date(0) }),
  );
  await timed(`one epoch: decode, resize to ${size} × ${size}, shift at random`, async () => {
    let rows = 0;
    for await (const table of readPartChunks(home, version, 'all')) {
      const planes = openPlanes(fitPlanes(table, 'image'));
      const x = planes.encode(table.columns[1] as (typeof table.columns)[number]);
      for await (const batch of augmented(x).epoch(rows)) rows += (batch.x as Tensor).shape[0] as number;
    }
    if (rows !== count) throw new Error(`${rows} rows came back`);
  });
} finally {
  clearInterval(watch);
  await home.close();
  await rm(folder, { recursive: true, force: true });
}

function augmented(x: Tensor): Batches {
  const rowCount = x.shape[0] as number;
  const y: Tensor = { dtype: 'float32', shape: [rowCount, 1], data: new Float32Array(rowCount) };
  const batches: Batches = {
    rowCount,
    batchCount: 1,
    *epoch() {
      yield { x, y };
    },
  };
  return shiftImages(batches, { height: size, width: size, pixels: 2, seed: 7 });
}

/** Noise over gradients, so that JPEG has something to do; every file differs in its last bytes. */
async function writeFiles(): Promise<void> {
  const random = createRandom(7);
  const pictures: Buffer[] = [];
  for (let i = 0; i < DISTINCT; i++) {
    const pixels = Buffer.alloc(SOURCE.width * SOURCE.height * 3);
    for (let at = 0; at < pixels.length; at++) pixels[at] = ((at % (SOURCE.width * 3)) / 4 + random.int(60) + i) % 256;
    pictures.push(
      await sharp(pixels, { raw: { ...SOURCE, channels: 3 } })
        .jpeg({ quality: 80 })
        .toBuffer(),
    );
  }
  await mkdir(join(folder, 'pictures/a'), { recursive: true });
  await mkdir(join(folder, 'pictures/b'), { recursive: true });
  for (let i = 0; i < count; i++) {
    const picture = pictures[i % DISTINCT] as Buffer;
    await writeFile(join(folder, 'pictures', i % 2 ? 'a' : 'b', `${i}.jpg`), Buffer.concat([picture, Buffer.from(String(i))]));
  }
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  peak = 0;
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${what.padEnd(60)} ${seconds.toFixed(1).padStart(7)} s  ${Math.round(count / seconds)
      .toLocaleString('en')
      .padStart(8)} images/s  peak ${Math.round(peak / 2 ** 20)} MiB`,
  );
  return result;
}
