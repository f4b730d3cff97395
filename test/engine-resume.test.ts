/** A run that was stopped in the middle of an epoch and resumed ends with the very bytes of one that was not, for every kind of network. */
import { expect, test } from 'vitest';
import {
  batchesOf,
  createRandom,
  type FitOptions,
  layers,
  losses,
  type Network,
  optimizers,
  schedules,
  sequential,
  shiftImages,
  type Tensor,
  tensorOf,
  fit as train,
} from '../src/engine/index.ts';

const random = createRandom(1);
const rowCount = 50;
const images = tensorOf(
  'float32',
  [rowCount, 144],
  Array.from({ length: rowCount * 144 }, () => random.normal()),
);
const tokens = tensorOf(
  'int64',
  [rowCount, 12],
  Array.from({ length: rowCount * 12 }, () => random.int(50)),
);
const y = tensorOf(
  'int64',
  [rowCount],
  Array.from({ length: rowCount }, () => random.int(2)),
);

const { activation, conv2d, dense, dropout, embedding, flatten, globalAveragePool, lstm, maxPool2d, positionalEncoding } = layers;
const embedded = embedding({ vocabulary: 50, width: 8 });
const head = dense({ units: 2, activation: 'softmax' });
const networks: Record<string, { net: Network; x: Tensor }> = {
  convolutional: {
    net: sequential([
      layers.reshape({ shape: [1, 12, 12] }),
      conv2d({ filters: 8, kernel: 3 }),
      maxPool2d(),
      activation('relu'),
      flatten(),
      dropout({ rate: 0.3 }),
      head,
    ]),
    x: images,
  },
  recurrent: { net: sequential([embedded, lstm({ units: 16 }), head]), x: tokens },
  attentive: {
    net: sequential([embedded, positionalEncoding(), layers.transformerEncoder({ heads: 2, hidden: 16 }), globalAveragePool(), head]),
    x: tokens,
  },
};

test.each(Object.entries(networks))('a %s network', async (_, { net, x }) => {
  const plain = batchesOf({ x, y }, { batchSize: 16, seed: 2 });
  const batches = x === images ? shiftImages(plain, { height: 12, width: 12, pixels: 1, seed: 2 }) : plain;
  const optimizer = optimizers.adamw({ learningRate: 3e-3 });
  const schedule = schedules.warmup({ share: 0.1, after: schedules.cosine() });
  const options = { loss: losses.crossEntropy(), optimizer, schedule, epochs: 2, seed: 3, threads: 2 } satisfies FitOptions;
  const whole = await train(net, batches, options);

  const controller = new AbortController();
  let checkpoint = new Uint8Array();
  const save = async (state: Uint8Array): Promise<void> => {
    checkpoint = Uint8Array.from(state);
  };
  const onStep = ({ epoch, step }: { epoch: number; step: number }): void => {
    if (epoch === 2 && step === 1) controller.abort();
  };
  const part = train(net, batches, { ...options, onStep, signal: controller.signal, checkpoint: { everyEpochs: 9, save } });
  await expect(part).rejects.toThrow(expect.objectContaining({ code: 'TRAIN_CANCELLED' }));

  const resumed = await train(net, batches, { ...options, resume: checkpoint });
  expect(resumed.parameters).toEqual(whole.parameters);
});
