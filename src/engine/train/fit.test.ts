import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layers, losses, sequential } from '../nn/index.ts';
import { averages, optimizers, schedules } from '../optim/index.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batches, batchesOf, type EpochRecord, type FitOptions, type StepEvent, fit as train } from './index.ts';

/** Points inside and outside a circle: nothing a straight line can tell apart. */
function circle(rowCount: number, seed: number): { x: Tensor<'float32'>; y: Tensor<'int64'> } {
  const random = createRandom(seed);
  const points = Array.from({ length: rowCount }, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1] as const);
  const x = tensorOf('float32', [rowCount, 2], points.flat());
  return {
    x,
    y: tensorOf(
      'int64',
      [rowCount],
      points.map(([a, b]) => (a * a + b * b < 0.6 ? 1 : 0)),
    ),
  };
}

const net = sequential([
  layers.dense({ units: 16, activation: 'tanh' }),
  layers.dropout({ rate: 0.1 }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);
/** 100 rows in batches of 32: three whole ones and a remainder of 4. */
const batches = batchesOf(circle(100, 1), { batchSize: 32, seed: 5 });
const validation = batchesOf(circle(60, 2), { batchSize: 64, seed: 5, shuffle: false });

const options = {
  loss: losses.binaryCrossEntropy(),
  optimizer: optimizers.adam({ learningRate: 0.02 }),
  schedule: schedules.warmup({ share: 0.1, after: schedules.cosine() }),
  epochs: 4,
  seed: 7,
  threads: 1,
  clipNorm: 1,
  validation,
} satisfies FitOptions;

const weightsOf = ({ parameters }: { parameters: ReadonlyMap<string, Float32Array> }): string =>
  [...parameters].map(([name, values]) => `${name}: ${Buffer.from(values.buffer).toString('hex')}`).join('\n');

test('learns, and tells how it goes', async () => {
  const steps: StepEvent[] = [];
  const records: EpochRecord[] = [];
  const trained = await train(net, batches, {
    ...options,
    optimizer: optimizers.adam({ learningRate: 0.1 }),
    epochs: 60,
    onStep: (event) => steps.push(event),
    onEpoch: (record) => records.push(record),
  });
  expect(trained.parameterCount).toBe(2 * 16 + 16 + 16 + 1);
  expect(trained.stopped).toBe('epochs');
  expect(trained.history).toEqual(records);
  expect(records.length).toBe(60);
  expect(records.at(-1)?.validationAccuracy).toBeGreaterThan(0.8);
  expect(records.at(-1)?.loss).toBeLessThan(records[0]?.loss as number);
  expect(steps.length).toBe(240);
  expect(steps[3]).toMatchObject({ epoch: 1, epochs: 60, step: 4, steps: 4 });
  expect(steps.at(-1)?.etaSeconds).toBe(0);
});

test('the saved model gives the very probabilities that validation saw', async () => {
  const trained = await train(net, batches, options);
  const path = join(await mkdtemp(join(tmpdir(), 'moat-fit-')), 'model.onnx');
  await trained.save(path);
  const session = await createSession(new Uint8Array(await readFile(path)), { threads: 1 });
  const { x, y } = circle(60, 2);
  const { output } = await session.run({ x });
  await session.close();
  const p = Array.from((output as Tensor<'float32'>).data);
  const right = p.filter((value, i) => value > 0.5 === (y.data[i] === 1n)).length;
  expect(right / p.length).toBe(trained.history.at(-1)?.validationAccuracy);
  const loss = p.reduce((sum, value, i) => sum - Math.log(y.data[i] === 1n ? value : 1 - value), 0) / p.length;
  expect(loss).toBeCloseTo(trained.history.at(-1)?.validationLoss as number, 5);
});

describe('the same seed gives the same bytes', () => {
  test('twice in a row', async () => {
    const [a, b, other] = [
      await train(net, batches, options),
      await train(net, batches, options),
      await train(net, batches, { ...options, seed: 8 }),
    ];
    expect(weightsOf(a)).toBe(weightsOf(b));
    expect(weightsOf(a)).not.toBe(weightsOf(other));
  });

  test.each([1, 4, 6, 15])('also when it was stopped after step %i and resumed', async (stopAfter) => {
    const whole = await train(net, batches, { ...options, earlyStopping: { patience: 50 } });
    const controller = new AbortController();
    let state = new Uint8Array();
    const keep = async (bytes: Uint8Array): Promise<void> => {
      state = Uint8Array.from(bytes);
    };
    let done = 0;
    const part = train(net, batches, {
      ...options,
      earlyStopping: { patience: 50 },
      signal: controller.signal,
      onStep: () => ++done === stopAfter && controller.abort(),
      checkpoint: { everyEpochs: 100, save: keep },
    });
    await expect(part).rejects.toThrow(expect.objectContaining({ code: 'TRAIN_CANCELLED', kind: 'cancelled' }));
    const resumed = await train(net, batches, { ...options, earlyStopping: { patience: 50 }, resume: state });
    expect(weightsOf(resumed)).toBe(weightsOf(whole));
    const bare = (history: readonly EpochRecord[]) => history.map(({ seconds, ...record }) => record);
    expect(bare(resumed.history)).toEqual(bare(whole.history));
    expect(resumed.bestEpoch).toBe(whole.bestEpoch);
  });
});

test('stops early, with the weights of the best epoch', async () => {
  const far = { ...options, optimizer: optimizers.sgd({ learningRate: 30 }), schedule: schedules.constant(), epochs: 50 };
  const trained = await train(net, batches, { ...far, earlyStopping: { patience: 3 } });
  const lossAt = trained.history.map(({ validationLoss }) => validationLoss as number);
  expect(trained.stopped).toBe('early');
  expect(trained.bestEpoch).toBe(lossAt.indexOf(Math.min(...lossAt)) + 1);
  expect(trained.history.length).toBe((trained.bestEpoch as number) + 3);
  const onlyBest = await train(net, batches, { ...far, epochs: trained.bestEpoch as number });
  expect(weightsOf(trained)).toBe(weightsOf(onlyBest));
});

test('a time budget ends it between two steps, and the part of the epoch counts', async () => {
  let clock = 0;
  const trained = await train(net, batches, { ...options, now: () => clock++, timeBudgetMs: 25, validation });
  expect(trained.stopped).toBe('time');
  expect(trained.history.length).toBeLessThan(4);
});

test('checkpoints come at the end of epochs, or by time in the middle of one', async () => {
  const saved: string[] = [];
  const save = async (_: Uint8Array, at: { epoch: number; step: number }) => void saved.push(`${at.epoch}:${at.step}`);
  await train(net, batches, { ...options, checkpoint: { save } });
  await train(net, batches, { ...options, checkpoint: { everyEpochs: 2, save } });
  let clock = 0;
  const onStep = (): void => {
    clock += 400; // milliseconds
  };
  await train(net, batches, { ...options, epochs: 1, now: () => clock, onStep, checkpoint: { everySeconds: 1, save } });
  expect(saved).toEqual(['1:4', '2:8', '3:12', '4:16', '2:8', '4:16', '0:3']);
});

describe('refusals', () => {
  test('a value that is not finite stops it, with the first bad tensor and the weights as they were', async () => {
    const { x, y } = circle(100, 1);
    const inputs = x.data.slice();
    inputs[131] = Number.POSITIVE_INFINITY; // row 65, in the third batch when the order is kept
    const poisoned = batchesOf({ x: tensorOf('float32', [100, 2], inputs), y }, { batchSize: 32, seed: 5, shuffle: false });
    await expect(train(net, poisoned, options)).rejects.toThrow(
      expect.objectContaining({ code: 'TRAIN_NOT_FINITE', why: expect.stringMatching(/epoch 1, batch 3;.*"x"/) }),
    );
  });

  test('a learning rate that is far too high is stopped, naming the tensor that overflowed', async () => {
    const line = sequential([layers.dense({ units: 1 })]);
    const far = { ...options, loss: losses.meanSquaredError(), optimizer: optimizers.sgd({ learningRate: 1e25 }) };
    const { clipNorm, ...unclipped } = far;
    await expect(train(line, batches, unclipped)).rejects.toThrow(
      expect.objectContaining({ code: 'TRAIN_NOT_FINITE', why: expect.stringContaining('the first tensor that is not finite is "') }),
    );
  });

  test('a last update that overflows the parameters is not returned as a model', async () => {
    const line = sequential([layers.dense({ units: 1 })]);
    const { clipNorm, validation, ...plain } = options;
    const far = {
      ...plain,
      loss: losses.meanSquaredError(),
      optimizer: optimizers.sgd({ learningRate: 1e39 }),
      schedule: schedules.constant(),
    };
    const whole = batchesOf(circle(100, 1), { batchSize: 100, seed: 5 });
    await expect(train(line, whole, { ...far, epochs: 1 })).rejects.toThrow(
      expect.objectContaining({ code: 'TRAIN_NOT_FINITE', message: expect.stringContaining('step 1: a parameter') }),
    );
  });

  test('a checkpoint of something else, or a damaged one', async () => {
    let state = new Uint8Array();
    const keep = async (bytes: Uint8Array): Promise<void> => {
      state = Uint8Array.from(bytes);
    };
    await train(net, batches, { ...options, epochs: 1, checkpoint: { save: keep } });
    const resume = (network: typeof net, changes: Partial<FitOptions>, of: Batches = batches) =>
      train(network, of, { ...options, resume: state, ...changes }).then(
        () => 'resumed',
        (error: { code: string }) => error.code,
      );
    const other = sequential([layers.dense({ units: 1, activation: 'sigmoid' })]);
    expect(await resume(other, {})).toBe('CHECKPOINT_OTHER_NETWORK');
    expect(await resume(net, { seed: 9 })).toBe('CHECKPOINT_OTHER_RUN');
    expect(await resume(net, { optimizer: optimizers.sgd() })).toBe('CHECKPOINT_OTHER_RUN');
    expect(await resume(net, { loss: losses.binaryCrossEntropy({ labelSmoothing: 0.1 }) })).toBe('CHECKPOINT_OTHER_RUN');
    expect(await resume(net, { schedule: schedules.constant() })).toBe('CHECKPOINT_OTHER_RUN');
    expect(await resume(net, { accumulate: 2 })).toBe('CHECKPOINT_OTHER_RUN');
    expect(await resume(net, { averaging: averages.exponential() })).toBe('CHECKPOINT_OTHER_RUN');
    expect(await resume(net, { groups: [{ parameters: 'dense_1/*', learningRateFactor: 2 }] })).toBe('CHECKPOINT_OTHER_RUN');
    expect(await resume(net, { groups: [{ parameters: 'dense_1/*', frozen: true }] })).toBe('CHECKPOINT_OTHER_NETWORK');
    expect(await resume(net, {}, batchesOf(circle(90, 1), { batchSize: 32, seed: 5 }))).toBe('CHECKPOINT_OTHER_RUN');
    expect(await resume(net, { resume: Uint8Array.of(1, 2, 3) })).toBe('CHECKPOINT_CORRUPT');
    expect(await resume(net, { resume: state.subarray(0, state.length - 1) })).toBe('CHECKPOINT_CORRUPT');
    const damaged = state.slice();
    damaged[damaged.length - 100] = (damaged[damaged.length - 100] as number) ^ 1;
    expect(await resume(net, { resume: damaged })).toBe('CHECKPOINT_CORRUPT');
    const newer = state.slice();
    newer[8] = 99;
    expect(await resume(net, { resume: newer })).toBe('CHECKPOINT_VERSION');
    expect(await resume(net, {})).toBe('resumed');
  });

  test('nothing to train on', async () => {
    const none: Batches = { batchCount: 0, rowCount: 0, epoch: () => [] };
    await expect(train(net, none, options)).rejects.toThrow(expect.objectContaining({ code: 'TRAIN_NO_BATCHES' }));
  });
});
