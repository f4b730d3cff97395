/** Whatever a run keeps between two steps, a checkpoint carries: stopped after any step and resumed, it ends with the very same bytes. */
import { expect, test } from 'vitest';
import { layers, losses, network, sequential } from '../nn/index.ts';
import { averages, optimizers, schedules } from '../optim/index.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Batch, BatchSource } from './batches.ts';
import { batchesOf, type FitOptions, fit as train } from './index.ts';

const random = createRandom(3);
const draw = (...shape: number[]) => {
  const length = shape.reduce((product, size) => product * size, 1);
  return tensorOf(
    'float32',
    shape,
    Array.from({ length }, () => random.normal()),
  );
};
const [x, y] = [draw(42, 3), draw(42, 1)];
/** Five batches of 8 and one of 2. */
const batches = batchesOf({ x, y }, { batchSize: 8, seed: 1 });
const validation = batchesOf({ x: draw(9, 3), y: draw(9, 1) }, { batchSize: 9, seed: 1, shuffle: false });

const { dense, dropout, batchNorm } = layers;
const net = sequential([dense({ units: 6, activation: 'tanh' }), batchNorm(), dropout({ rate: 0.2 }), dense({ units: 1 })]);
const both = network((apply, { x }) => {
  const trunk = apply(dense({ units: 4, activation: 'tanh' }), x);
  return { value: apply(dense({ units: 1 }), trunk), sign: apply(dense({ units: 1, activation: 'sigmoid' }), trunk) };
});
const targets = {
  value: y,
  sign: tensorOf(
    'float32',
    [42, 1],
    Array.from(y.data, (value) => (value > 0 ? 1 : 0)),
  ),
};

/** A stream of unknown length: nothing but an iterator that can be begun again. */
const stream: AsyncIterable<Batch> = {
  async *[Symbol.asyncIterator]() {
    yield* batches.epoch(0);
  },
};

interface Case {
  readonly of?: typeof net;
  readonly source?: BatchSource;
  readonly options: Partial<FitOptions>;
}

const cases: Record<string, Case> = {
  'running statistics of batch normalisation': { options: { optimizer: optimizers.momentum({ learningRate: 0.05 }) } },
  'an exponential average of the weights': { options: { averaging: averages.exponential({ decay: 0.8 }) } },
  'a stochastic average of the weights': { options: { averaging: averages.stochastic({ fromEpoch: 2 }), earlyStopping: { patience: 9 } } },
  'gradients that wait for the next update': { options: { accumulate: 4, optimizer: optimizers.lamb({ learningRate: 0.05 }) } },
  'a plateau': {
    options: { schedule: schedules.plateau({ patience: 0, factor: 0.5 }), optimizer: optimizers.rmsprop({ learningRate: 0.05 }) },
  },
  'one cycle, clipped by value': {
    options: { schedule: schedules.oneCycle(), clipValue: 0.05, optimizer: optimizers.adagrad({ learningRate: 0.1 }) },
  },
  'groups of parameters': {
    options: {
      optimizer: optimizers.lion({ learningRate: 0.01, weightDecay: 0.1 }),
      groups: [
        { parameters: '*/b', weightDecayFactor: 0 },
        { parameters: 'dense_1/*', frozen: true },
      ],
    },
  },
  'the place in a stream': { source: stream, options: { schedule: schedules.warmup({ steps: 5 }) } },
  'several outputs': {
    of: both,
    source: batchesOf({ x, y: targets }, { batchSize: 8, seed: 1 }),
    options: {
      loss: { value: losses.huber(), sign: losses.binaryCrossEntropy() },
      validation: batchesOf({ x, y: targets }, { batchSize: 42, seed: 1 }),
    },
  },
};

const base = {
  loss: losses.meanSquaredError(),
  optimizer: optimizers.adamw({ learningRate: 0.05 }),
  epochs: 4,
  seed: 7,
  threads: 1,
  validation,
} satisfies FitOptions;

/** Batches that are read before the run is stopped: at a boundary of epochs, and within. */
test.each(Object.entries(cases).flatMap(([name, each]) => [3, 7, 12, 21].map((stopAfter) => ({ name, stopAfter, ...each }))))(
  '$name, stopped after $stopAfter batches',
  async ({ of = net, source = batches, options, stopAfter }) => {
    const all = { ...base, ...options };
    const whole = await train(of, source, all);

    const controller = new AbortController();
    let checkpoint = new Uint8Array();
    const save = async (state: Uint8Array): Promise<void> => {
      checkpoint = Uint8Array.from(state);
    };
    const stopping = stopped(source, stopAfter, controller);
    const part = train(of, stopping, { ...all, signal: controller.signal, checkpoint: { everyEpochs: 99, save } });
    await expect(part).rejects.toThrow(expect.objectContaining({ code: 'TRAIN_CANCELLED' }));

    const resumed = await train(of, source, { ...all, resume: checkpoint });
    expect(resumed.parameters).toEqual(whole.parameters);
    expect(resumed.history.map(({ seconds, ...record }) => record)).toEqual(whole.history.map(({ seconds, ...record }) => record));
  },
);

/** The same batches; the signal aborts when so many have been asked for (the first of all is asked for twice: its types are read). */
function stopped(source: BatchSource, after: number, controller: AbortController): BatchSource {
  let asked = 0;
  const count = <T>(item: T): T => {
    if (asked++ === after) controller.abort();
    return item;
  };
  if (!('epoch' in source)) {
    return {
      async *[Symbol.asyncIterator]() {
        for await (const batch of source) yield count(batch);
      },
    };
  }
  return {
    ...source,
    async *epoch(epoch, fromBatch) {
      for await (const batch of source.epoch(epoch, fromBatch)) yield count(batch);
    },
  };
}
