/**
 * @file One training step (forward, backward, update) of three networks, in processor time on one thread, which other programs hardly disturb.
 *
 *     npx tsx bench/training-step.ts
 */

import {
  batchesOf,
  createRandom,
  fit,
  layers,
  losses,
  type Network,
  optimizers,
  sequential,
  type Tensor,
  tensorOf,
} from '../src/engine/index.ts';

const { activation, conv2d, dense, embedding, flatten, lstm, maxPool2d, reshape } = layers;
const random = createRandom(1);
const STEPS = 40;

await measure('MLP 784-512-512-10, batch 128', mlp(), { x: normal(128, 784), y: whole(10, 128) });
await measure('CNN 16-32 on 28 × 28, batch 128', cnn(), { x: normal(128, 784), y: whole(10, 128) });
await measure('LSTM(64) over 80 words, batch 32', sentiment(), { x: whole(10_000, 32, 80), y: whole(2, 32) });

/** The first step makes the graph, the gradients and the session; of the others, the median. */
async function measure(title: string, network: Network, rows: { x: Tensor; y: Tensor }): Promise<void> {
  const loss = title.startsWith('LSTM') ? losses.binaryCrossEntropy() : losses.crossEntropy();
  const began = cpuMs();
  const at: number[] = [];
  const batches = batchesOf(rows, { batchSize: rows.y.shape[0] ?? 1, seed: 1 });
  const onStep = (): void => void at.push(cpuMs());
  await fit(network, batches, { loss, optimizer: optimizers.adam(), epochs: STEPS, seed: 1, threads: 1, onStep });
  const steps = at.slice(1).map((time, i) => time - (at[i] ?? 0));
  const median = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? Number.NaN;
  console.log(`${title}: ${median.toFixed(1)} ms a step; ${((at[0] ?? 0) - began).toFixed(0)} ms for the first one, with its session`);
}

function mlp(): Network {
  return sequential([dense({ units: 512, activation: 'relu' }), dense({ units: 512, activation: 'relu' }), dense({ units: 10 })]);
}

function cnn(): Network {
  const block = (filters: number) => [conv2d({ filters, kernel: 3 }), maxPool2d(), activation('relu')];
  const head = [flatten(), dense({ units: 128, activation: 'relu' }), dense({ units: 10 })];
  return sequential([reshape({ shape: [1, 28, 28] }), ...block(16), ...block(32), ...head]);
}

function sentiment(): Network {
  return sequential([embedding({ vocabulary: 10_000, width: 32 }), lstm({ units: 64 }), dense({ units: 1, activation: 'sigmoid' })]);
}

function normal(...shape: number[]): Tensor {
  return tensorOf(
    'float32',
    shape,
    Array.from({ length: size(shape) }, () => random.normal()),
  );
}

function whole(below: number, ...shape: number[]): Tensor {
  return tensorOf(
    'int64',
    shape,
    Array.from({ length: size(shape) }, () => random.int(below)),
  );
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
