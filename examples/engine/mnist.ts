/**
 * @file Digits of MNIST three ways: softmax regression, a perceptron of two layers, a convolutional network.
 *
 *     npx tsx examples/engine/mnist.ts [softmax] [mlp] [cnn]        all of them when none is named
 */

import { batchesOf, fit, initialisers, layers, losses, type Network, optimizers, schedules, sequential, shiftImages } from 'moatml/engine';
import { claim, isSmall, percent, readDigits, say } from './shared.ts';

const { activation, conv2d, dense, dropout, flatten, maxPool2d, rescale, reshape } = layers;
const pixels = rescale({ scale: 1 / 255 });
const classes = dense({ units: 10, activation: 'softmax' });
/** Pooling before the relu gives the same values as after it, with a quarter of the work. */
const block = (filters: number) => [conv2d({ filters, kernel: 3, initialiser: initialisers.heUniform() }), maxPool2d(), activation('relu')];

interface Program {
  readonly network: Network;
  readonly epochs: number;
  /** Test accuracy that must be reached: on all digits, and on the small share. */
  readonly atLeast: readonly [full: number, small: number];
}

const programs: Readonly<Record<string, Program>> = {
  softmax: { network: sequential([pixels, classes]), epochs: isSmall ? 3 : 5, atLeast: [0.92, 0.82] },
  mlp: {
    network: sequential([pixels, dense({ units: 128, activation: 'relu' }), classes]),
    epochs: isSmall ? 3 : 5,
    atLeast: [0.97, 0.85],
  },
  cnn: {
    network: sequential([
      pixels,
      reshape({ shape: [1, 28, 28] }),
      ...block(16),
      ...block(32),
      flatten(),
      dense({ units: 128, activation: 'relu' }),
      dropout({ rate: 0.3 }),
      classes,
    ]),
    epochs: isSmall ? 1 : 8,
    atLeast: [0.99, 0.8],
  },
};

const train = readDigits('train', isSmall ? 3_000 : 60_000);
const test = readDigits('t10k', isSmall ? 1_000 : 10_000);
const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'));
for (const [name, program] of Object.entries(programs)) if (asked.length === 0 || asked.includes(name)) await run(name, program);

async function run(name: string, { network, epochs, atLeast: [full, small] }: Program): Promise<void> {
  const batches = batchesOf(train, { batchSize: 64, seed: 1 });
  const moved = shiftImages(batches, { height: 28, width: 28, pixels: 1, seed: 1 });
  const { history, parameterCount } = await fit(network, name === 'cnn' && !isSmall ? moved : batches, {
    loss: losses.crossEntropy(),
    optimizer: optimizers.adam({ learningRate: 3e-3 }),
    schedule: schedules.warmup({ share: 0.1, after: schedules.cosine() }),
    epochs,
    seed: 1,
    validation: batchesOf(test, { batchSize: 1000, seed: 1, shuffle: false }),
    onEpoch: ({ epoch, loss, validationAccuracy, seconds }) =>
      say(`${name}, epoch ${epoch}: loss ${loss.toFixed(4)}, test ${percent(validationAccuracy)}, ${seconds.toFixed(1)} s`),
  });
  const accuracy = history.at(-1)?.validationAccuracy ?? 0;
  const bound = isSmall ? small : full;
  claim(
    accuracy >= bound,
    `${name}: ${parameterCount.toLocaleString('en-US')} parameters, ${percent(accuracy)} of the test digits right (at least ${percent(bound)})`,
  );
}
