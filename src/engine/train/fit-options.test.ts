/** What `fit` can be asked for: each option against what it says. */
import { describe, expect, test } from 'vitest';
import { layers, losses, network, sequential } from '../nn/index.ts';
import { averages, optimizers, schedules } from '../optim/index.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, batchesOf, biasesAndNorms, type FitOptions, fit as train } from './index.ts';

const random = createRandom(5);
const draw = (...shape: number[]) => {
  const length = shape.reduce((product, size) => product * size, 1);
  return tensorOf(
    'float32',
    shape,
    Array.from({ length }, () => random.normal()),
  );
};
const [x, y] = [draw(24, 3), draw(24, 1)];
const net = sequential([layers.dense({ units: 4, activation: 'tanh' }), layers.dense({ units: 1 })]);
const inOrder = (batchSize: number) => batchesOf({ x, y }, { batchSize, seed: 1, shuffle: false });
const base = {
  loss: losses.meanSquaredError(),
  optimizer: optimizers.sgd({ learningRate: 0.1 }),
  epochs: 1,
  seed: 2,
  threads: 1,
} satisfies FitOptions;

const flat = (parameters: ReadonlyMap<string, Float32Array>): number[] => [...parameters.values()].flatMap((values) => [...values]);
const close = (values: readonly number[], digits = 5) => values.map((value) => expect.closeTo(value, digits));

test('accumulated batches give the update of one large batch, the last ones too', async () => {
  const large = await train(net, inOrder(16), base); // 16 and 8 rows
  const small = await train(net, inOrder(4), { ...base, accumulate: 4 }); // 4 · 4 and 2 · 4 rows
  expect(flat(small.parameters)).toEqual(close(flat(large.parameters)));
  const steps: string[] = [];
  await train(net, inOrder(4), { ...base, accumulate: 4, onStep: ({ step, steps: all }) => steps.push(`${step}/${all}`) });
  expect(steps).toEqual(['1/2', '2/2']);
});

test('clipping by value bounds every change of a step', async () => {
  const before = await initial();
  const after = await train(net, inOrder(24), { ...base, clipValue: 0.01 });
  const changes = flat(after.parameters).map((value, i) => Math.abs(value - (before[i] as number)));
  expect(Math.max(...changes)).toBeLessThan(0.1 * 0.01 * 1.001);
  expect(Math.max(...changes)).toBeGreaterThan(0.1 * 0.01 * 0.99);
});

async function initial(): Promise<number[]> {
  const input = { dtype: 'float32' as const, shape: ['batch', 3] };
  const { graph } = net.build({ input, seed: 2 });
  return net.parameters(input).flatMap(({ name }) => Array.from(graph.initializers.get(name)?.data as Float32Array));
}

describe('groups', () => {
  const decaying = { ...base, optimizer: optimizers.adamw({ learningRate: 0.1, weightDecay: 0.5 }) };

  test('frozen parameters stay, slower ones move in proportion', async () => {
    const [plain, grouped] = [
      await train(net, inOrder(24), base),
      await train(net, inOrder(24), {
        ...base,
        groups: [
          { parameters: '*/W', frozen: true },
          { parameters: 'dense_2/*', learningRateFactor: 0.5, frozen: false },
        ],
      }),
    ];
    const before = new Map(Object.entries({ W1: 12, b1: 4, W2: 4, b2: 1 }).map(([name, count]) => [name, count]));
    expect([...before.values()]).toEqual([...plain.parameters.values()].map(({ length }) => length));
    const first = await train(net, inOrder(24), { ...base, optimizer: optimizers.sgd({ learningRate: 1e-30 }) });
    expect(grouped.parameters.get('dense_1/W')).toEqual(first.parameters.get('dense_1/W'));
    expect(grouped.parameters.get('dense_1/b')).toEqual(plain.parameters.get('dense_1/b'));
    const moved = (of: typeof plain): number =>
      (of.parameters.get('dense_2/b')?.[0] as number) - (first.parameters.get('dense_2/b')?.[0] as number);
    expect(moved(grouped)).toBeCloseTo(moved(plain) / 2, 6);
  });

  test('what does not decay moves as with Adam', async () => {
    const adam = await train(net, inOrder(24), { ...base, optimizer: optimizers.adam({ learningRate: 0.1 }) });
    const kept = await train(net, inOrder(24), { ...decaying, groups: [{ parameters: biasesAndNorms, weightDecayFactor: 0 }] });
    expect(kept.parameters.get('dense_1/b')).toEqual(adam.parameters.get('dense_1/b'));
    expect(kept.parameters.get('dense_1/W')).not.toEqual(adam.parameters.get('dense_1/W'));
  });

  test.each([
    ['GROUP_MATCHES_NOTHING', [{ parameters: 'dense_3/*' }]],
    ['GROUP_SETTING', [{ parameters: '*', learningRateFactor: -1 }]],
    ['TRAIN_ALL_FROZEN', [{ parameters: '*', frozen: true }]],
  ])('%s', async (code, groups) => {
    await expect(train(net, inOrder(24), { ...base, groups })).rejects.toThrow(expect.objectContaining({ code }));
  });
});

describe('averages', () => {
  /** The weights after every epoch of a plain run. */
  async function path(options: FitOptions): Promise<number[][]> {
    const all: number[][] = [];
    await train(net, inOrder(24), { ...options, onEpoch: (_, { parameters }) => void all.push(flat(parameters())) });
    return all;
  }
  const plain = { ...base, epochs: 4 };

  test('exponential: a ← decay · a + (1 − decay) · p, from a copy on', async () => {
    const weights = await path(plain); // an epoch is one step
    const expected = weights.slice(1).reduce((a, p) => a.map((value, i) => 0.8 * value + 0.2 * (p[i] as number)), weights[0] as number[]);
    const averaged = await train(net, inOrder(24), { ...plain, averaging: averages.exponential({ decay: 0.8 }) });
    expect(flat(averaged.parameters)).toEqual(close(expected));
  });

  test('stochastic: the mean of the epochs from one on, and the weights before it', async () => {
    const weights = await path(plain);
    const last = weights.slice(2);
    const expected = (last[0] as number[]).map((_, i) => last.reduce((sum, p) => sum + (p[i] as number), 0) / last.length);
    const averaging = averages.stochastic({ fromEpoch: 3 });
    expect(flat((await train(net, inOrder(24), { ...plain, averaging })).parameters)).toEqual(close(expected));
    const before = await train(net, inOrder(24), { ...plain, epochs: 2, averaging });
    expect(flat(before.parameters)).toEqual(weights[1]);
  });

  test('validation sees the average, which is what is saved', async () => {
    const validation = inOrder(24);
    const trained = await train(net, validation, { ...plain, validation, averaging: averages.exponential({ decay: 0.9 }) });
    const session = await createSession(trained.model, { threads: 1 });
    const { output } = await session.run({ x });
    await session.close();
    const loss =
      Array.from((output as Tensor<'float32'>).data).reduce((sum, value, i) => sum + (value - (y.data[i] as number)) ** 2, 0) / 24;
    expect(trained.history.at(-1)?.validationLoss).toBeCloseTo(loss, 5);
  });
});

test('batch normalisation: the saved model normalises by the statistics that training gathered', async () => {
  const far = tensorOf(
    'float32',
    [24, 3],
    x.data.map((value, i) => 100 + 10 * (i % 3) + value),
  );
  const normal = sequential([layers.batchNorm({ momentum: 0.5 }), layers.dense({ units: 1 })]);
  const batches = batchesOf({ x: far, y }, { batchSize: 8, seed: 1 });
  const trained = await train(normal, batches, { ...base, epochs: 20, validation: batches });
  const means = Array.from(trained.parameters.get('batchNorm_1/mean') as Float32Array);
  expect(means.map((mean) => Math.round(mean / 10))).toEqual([10, 11, 12]);
  expect(trained.parameterCount).toBe(3 + 3 + 3 + 1);
  expect(trained.history.at(-1)?.validationLoss).toBeLessThan(2);
  expect(trained.model.graph.nodes.map(({ opType }) => opType)).toContain('BatchNormalization');
  const remainder = batchesOf({ x: far, y }, { batchSize: 23, seed: 1 });
  await expect(train(normal, remainder, base)).rejects.toThrow(expect.objectContaining({ code: 'LAYER_BATCH_OF_ONE' }));
  const dropped = batchesOf({ x: far, y }, { batchSize: 23, seed: 1, dropRemainder: true });
  expect((await train(normal, dropped, base)).stopped).toBe('epochs');
});

describe('several outputs', () => {
  const two = network((apply, { x }) => {
    const trunk = apply(layers.dense({ units: 8, activation: 'tanh' }), x);
    return { value: apply(layers.dense({ units: 1 }), trunk), kind: apply(layers.dense({ units: 3, activation: 'softmax' }), trunk) };
  });
  const kind = tensorOf(
    'int64',
    [24],
    Array.from({ length: 24 }, (_, row) =>
      [0, 1, 2].reduce((best, i) => ((x.data[3 * row + i] as number) > (x.data[3 * row + best] as number) ? i : best), 0),
    ),
  );
  const batches = batchesOf({ x, y: { value: y, kind } }, { batchSize: 12, seed: 1 });
  const options = { ...base, optimizer: optimizers.adam({ learningRate: 0.05 }), epochs: 60 };
  const loss = { value: losses.meanSquaredError(), kind: losses.crossEntropy() };

  test('learn together; right predictions are counted where that has a meaning', async () => {
    const trained = await train(two, batches, { ...options, loss, validation: batches });
    expect(trained.model.graph.outputs.map(({ name }) => name)).toEqual(['value', 'kind']);
    expect(trained.history.at(-1)?.validationAccuracy).toBe(1);
  });

  test('a weighted loss counts by its factor', async () => {
    const plain = await train(net, inOrder(24), base);
    const half = await train(net, inOrder(24), { ...base, loss: losses.weighted(losses.meanSquaredError(), 0.5) });
    const slow = await train(net, inOrder(24), { ...base, optimizer: optimizers.sgd({ learningRate: 0.05 }) });
    expect(flat(half.parameters)).toEqual(close(flat(slow.parameters)));
    expect(half.history[0]?.loss).toBeCloseTo((plain.history[0]?.loss as number) / 2, 6);
  });

  test.each([
    ['one loss for two outputs', losses.meanSquaredError(), two, batches],
    ['a loss without its output', { vaule: losses.meanSquaredError() }, two, batches],
    ['a loss without its target', loss, two, batchesOf({ x, y: { value: y } }, { batchSize: 12, seed: 1 })],
    ['losses by name for a target without', loss, two, inOrder(12)],
  ])('%s is refused', async (_, wrong, of, data) => {
    await expect(train(of, data, { ...base, loss: wrong })).rejects.toThrow(expect.objectContaining({ code: 'LOSS_OUTPUT' }));
  });
});

describe('streams', () => {
  const list = [...(inOrder(8).epoch(0) as Iterable<Batch>)];

  test('any iterable that can be begun again trains like batches of known length', async () => {
    const known = await train(net, inOrder(8), { ...base, epochs: 3 });
    const steps: number[] = [];
    const streamed = await train(net, list, { ...base, epochs: 3, onStep: ({ steps: all }) => void steps.push(all) });
    expect(streamed.parameters).toEqual(known.parameters);
    expect(steps).toEqual([...new Array(3).fill(Number.POSITIVE_INFINITY), ...new Array(6).fill(3)]);
  });

  test('the next batch is asked for before the step that comes before it', async () => {
    const order: string[] = [];
    const source = {
      async *[Symbol.asyncIterator]() {
        for (const [i, batch] of list.entries()) {
          order.push(`batch ${i + 1}`);
          yield batch;
        }
      },
    };
    await train(net, source, { ...base, onStep: ({ step }) => void order.push(`step ${step}`) });
    // the first batch is read once more before, for the types of the inputs
    expect(order).toEqual(['batch 1', 'batch 1', 'batch 2', 'step 1', 'batch 3', 'step 2', 'step 3']);
  });

  test('an error of the source is told', async () => {
    const failing = {
      async *[Symbol.asyncIterator]() {
        yield list[0] as Batch;
        throw new Error('the disk is gone');
      },
    };
    await expect(train(net, failing, base)).rejects.toThrow('the disk is gone');
  });

  test('a generator that can be read only once is refused in words', async () => {
    const once = (function* () {
      yield* list;
    })();
    await expect(train(net, once, base)).rejects.toThrow(
      expect.objectContaining({ code: 'TRAIN_NO_BATCHES', fix: expect.stringContaining('Symbol.asyncIterator') }),
    );
  });

  test('a schedule over all steps needs to know how many there are', async () => {
    const schedule = schedules.cosine();
    await expect(train(net, list, { ...base, schedule })).rejects.toThrow(expect.objectContaining({ code: 'SCHEDULE_LENGTH' }));
  });
});

test('a plateau lowers the rate when validation does not improve', async () => {
  const schedule = schedules.plateau({ patience: 0, factor: 0.5 });
  const options = { ...base, epochs: 8, validation: inOrder(24), optimizer: optimizers.sgd({ learningRate: 0.8 }), schedule };
  const weights: number[][] = [];
  const { history } = await train(net, inOrder(24), { ...options, onEpoch: (_, { parameters }) => void weights.push(flat(parameters())) });
  const losses = history.map(({ validationLoss }) => validationLoss as number);
  const worse = losses.findIndex((loss, i) => i > 0 && loss >= Math.min(...losses.slice(0, i)));
  expect(worse).toBeGreaterThan(0); // at this rate it overshoots
  // an epoch is one step: up to there it is the run without a schedule, and parts from it with the next step
  const plain: number[][] = [];
  const { schedule: _, ...constant } = options;
  await train(net, inOrder(24), { ...constant, onEpoch: (_, { parameters }) => void plain.push(flat(parameters())) });
  expect(weights.slice(0, worse + 1)).toEqual(plain.slice(0, worse + 1));
  const change = (of: number[][]): number[] =>
    (of[worse + 1] as number[]).map((value, i) => value - ((of[worse] as number[])[i] as number));
  expect(change(weights)).toEqual(close(change(plain).map((value) => value / 2)));
});

test.each([{ epochs: 0 }, { accumulate: 0 }, { clipNorm: 0 }, { clipValue: -1 }])('%j is refused', async (option) => {
  await expect(train(net, inOrder(24), { ...base, ...option })).rejects.toThrow(expect.objectContaining({ code: 'TRAIN_OPTION' }));
});
