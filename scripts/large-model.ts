/**
 * @file A model of more than 2 GiB, end to end: written with its weights in another file, run, read, written again and run again. Both files of
 * weights and both outputs must be the same to the bit. Takes 8 GB of disk (in the folder for
 * temporary files, or in one that is named) and 10 GB of memory.
 *
 *     npm run test:large
 *     npm run test:large -- FOLDER
 */

import { createHash } from 'node:crypto';
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRandom,
  createSession,
  decodeModel,
  differentiate,
  encodeModel,
  externalDataIn,
  GraphBuilder,
  MoatError,
  type Model,
  tensorOf,
} from '../src/engine/index.ts';

const WIDTH = 12_288;
const LAYERS = 4; // of 604 MB each

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'moat-large-'));
try {
  const made = network();
  const bytes = write(made, 'first');
  console.log(`written: ${size('first.bin')} bytes of weights in another file, ${bytes.length} in the model's own`);
  const refusal = refused(() => encodeModel(made));
  claim(refusal === 'ONNX_TOO_LARGE', `one file is refused: ${refusal}`);
  const before = await run('first');
  const read = decodeModel(bytes, { externalData: externalDataIn(folder) });
  write(read, 'second');
  claim((await digest('first.bin')) === (await digest('second.bin')), 'the weights read and written again are the same to the bit');
  const after = await run('second');
  claim(before.some((value) => value !== 0) && after.every((value, i) => Object.is(value, before[i])), 'and so are the outputs');
  const gradients = differentiate(read, { loss: 'loss', wrt: ['x'] });
  write(gradients, 'gradients');
  const slopes = await run('gradients', 'grad:x');
  claim(slopes.length === WIDTH && slopes.some((value) => value !== 0), 'its gradient runs from such a file, too');
} finally {
  rmSync(folder, { recursive: true });
}

/** x passes through square matrices; each has other numbers, which repeat after a prime count. */
function network(): Model {
  const random = createRandom(1);
  const pattern = Float32Array.from({ length: 1_000_003 }, () => random.normal() / Math.sqrt(WIDTH));
  const g = new GraphBuilder();
  let x = g.input('x', { dtype: 'float32', shape: [1, WIDTH] });
  for (let layer = 0; layer < LAYERS; layer++) {
    const data = new Float32Array(WIDTH * WIDTH);
    for (let at = 0; at < data.length; at += pattern.length) data.set(pattern.subarray(0, data.length - at), at);
    data[layer] = 7;
    x = g.matMul(x, g.initializer(`w${layer}`, tensorOf('float32', [WIDTH, WIDTH], data)));
  }
  g.output(g.reduceSum(g.mul(x, x)), 'loss');
  g.output(x, 'y');
  return g.model();
}

/** Weights are appended to `<name>.bin`, a part at a time. */
function write(model: Model, name: string): Uint8Array {
  const location = `${name}.bin`;
  const file = openSync(join(folder, location), 'w');
  let end = 0;
  const append = (part: Uint8Array): number => {
    const begin = end;
    for (let at = 0; at < part.length; at += 2 ** 28) end += writeSync(file, part.subarray(at, at + 2 ** 28));
    return begin;
  };
  const bytes = encodeModel(model, { externalData: { location, write: append } });
  closeSync(file);
  writeFileSync(join(folder, `${name}.onnx`), bytes);
  return bytes;
}

async function run(name: string, output = 'y'): Promise<number[]> {
  const session = await createSession(join(folder, `${name}.onnx`), { externalData: true });
  const x = tensorOf(
    'float32',
    [1, WIDTH],
    Float32Array.from({ length: WIDTH }, (_, i) => Math.sin(i)),
  );
  const results = await session.run({ x }, [output]);
  await session.close();
  return Array.from(results[output]?.data as Float32Array);
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(join(folder, file), { highWaterMark: 2 ** 22 })) hash.update(part as Uint8Array);
  return hash.digest('hex');
}

function size(file: string): number {
  return statSync(join(folder, file)).size;
}

function refused(write: () => unknown): string {
  try {
    write();
    return 'nothing';
  } catch (error) {
    return error instanceof MoatError ? error.code : String(error);
  }
}

function claim(holds: boolean, what: string): void {
  console.log(`${holds ? '✓' : '✗'} ${what}`);
  if (!holds) process.exitCode = 1;
}
