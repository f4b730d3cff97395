/**
 * @file Moat's side of the benchmark: trains one network with `fit`, as many steps at a time as it is told.
 *
 *     npx tsx bench/peers/moat.ts NETWORK THREADS [BATCH [LENGTH [DEPTH]]]        0 for the size that the network has
 *
 * Says its version in a line of JSON. Then it reads numbers of steps from standard input, one a line, and answers each with a line of JSON when
 * the steps are done: milliseconds, milliseconds of processor time, the loss, and the most memory that the process has held. The other
 * peers do the same.
 */

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Batch, type Batches, createRandom, fit, optimizers } from '../../src/engine/index.ts';
import { type NetworkName, networks } from '../networks.ts';

const [name, threads, ...sizes] = process.argv.slice(2);
const [batchSize, length, depth] = sizes.map(Number);
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const runtime = JSON.parse(readFileSync(new URL('../../node_modules/onnxruntime-node/package.json', import.meta.url), 'utf8')).version;
process.stdout.write(`${JSON.stringify({ version: `Moat ${version} (ONNX Runtime ${runtime})` })}\n`);

const { network, loss, batch, rows } = networks[name as NetworkName]({ ...(length && { length }), ...(depth && { depth }) });
const random = createRandom(1);
/** Several batches in turn, so that no step finds its own in the cache. */
const examples = Array.from({ length: 8 }, () => rows(random, batchSize || batch));

/** The steps of the last command that are not yet done, and when it came. */
let left = 0;
let began = clock();
let isOpen = false;

const batches: Batches = {
  batchCount: 1_000_000,
  rowCount: 1_000_000,
  async *epoch() {
    // `fit` looks at one batch before it trains.
    if (!isOpen) {
      isOpen = true;
      yield examples[0] as Batch;
      return;
    }
    let step = 0;
    for await (const line of createInterface({ input: process.stdin })) {
      left = Number(line);
      began = clock();
      for (const last = step + left; step < last; ) yield examples[step++ % examples.length] as Batch;
    }
  },
};

await fit(network, batches, {
  loss,
  optimizer: optimizers.adam(),
  epochs: 1,
  seed: 1,
  threads: Number(threads),
  onStep({ loss }) {
    if (--left > 0) return;
    const { ms, cpuMs } = clock();
    const answer = { ms: ms - began.ms, cpuMs: cpuMs - began.cpuMs, loss, peakMiB: process.resourceUsage().maxRSS / 1024 };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  },
});

function clock(): { readonly ms: number; readonly cpuMs: number } {
  const { user, system } = process.cpuUsage();
  return { ms: performance.now(), cpuMs: (user + system) / 1000 };
}
