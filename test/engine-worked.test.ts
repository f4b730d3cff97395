/** Networks worked by hand, to the last number: what the engine says must be what paper and pencil say. */
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../src/engine/graph/builder.ts';
import { attention, type Loss, layers, losses, type Network, sequential } from '../src/engine/nn/index.ts';
import { optimizers } from '../src/engine/optim/index.ts';
import { createSession } from '../src/engine/runtime/session.ts';
import { tensorOf } from '../src/engine/tensor/make.ts';
import { createRandom } from '../src/engine/tensor/random.ts';
import type { Tensor } from '../src/engine/tensor/tensor.ts';
import { type Batch, batchesOf, fit as train } from '../src/engine/train/index.ts';
import { trainingGraph } from '../src/engine/train/step-graph.ts';

/** Loss and gradients at given parameter values. */
async function stepOf(network: Network, loss: Loss, batch: Batch & { x: Tensor; y: Tensor }, values: Record<string, readonly number[]>) {
  const { model, parameters } = trainingGraph(network, loss, batch);
  const session = await createSession(model);
  const fed = parameters.map(({ name, shape }) => [name, tensorOf('float32', shape, values[name] ?? [])] as const);
  const results = await session.run({ ...Object.fromEntries(fed), x: batch.x, target: batch.y });
  await session.close();
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, Array.from(tensor.data as ArrayLike<number>)]));
}

/** The model with given parameter values, on `x`. */
async function predict(network: Network, x: Tensor, values: Record<string, readonly number[]>): Promise<number[]> {
  const parameters = new Map(Object.entries(values).map(([name, numbers]) => [name, Float32Array.from(numbers)]));
  const input = { dtype: x.dtype, shape: ['batch', ...x.shape.slice(1)] };
  const session = await createSession(network.build({ input, seed: 1, parameters }));
  const { output } = await session.run({ x });
  await session.close();
  return Array.from((output as Tensor<'float32'>).data);
}

const close = (values: readonly number[], digits = 6) => values.map((value) => expect.closeTo(value, digits));

describe('three inputs, four hidden units, two outputs', () => {
  const net = sequential([layers.dense({ units: 4, activation: 'relu' }), layers.dense({ units: 2 })]);
  const values = {
    'dense_1/W': [1, 0, -1, 2, 0, 1, 1, 0, 1, -1, 0, 1],
    'dense_1/b': [0.5, 0, -2, -0.5],
    'dense_2/W': [1, -1, 0.5, 0, 2, 2, 0, 1],
    'dense_2/b': [0, 1],
  };
  const x = tensorOf('float32', [1, 3], [1, 2, -1]);

  test('forward', async () => {
    // z = x·W₁ + b₁ = [1 − 1 + 0.5, 2 + 1, −1 + 2 − 2, 2 − 1 − 0.5] = [0.5, 3, −1, 0.5]
    // h = relu(z)   = [0.5, 3, 0, 0.5]
    // o = h·W₂ + b₂ = [0.5 + 1.5, −0.5 + 0.5 + 1] = [2, 1]
    expect(await predict(net, x, values)).toEqual([2, 1]);
  });

  test('loss and every gradient', async () => {
    const y = tensorOf('float32', [1, 2], [1, 3]);
    const step = await stepOf(net, losses.meanSquaredError(), { x, y }, values);
    // o − y = [1, −2]; the loss is (1 + 4) / 2, and dO = 2 · (o − y) / 2
    expect(step.loss).toEqual([2.5]);
    // dW₂ = hᵀ·dO
    expect(step['grad:dense_2/W']).toEqual([0.5, -1, 3, -6, 0, -0, 0.5, -1].map((value) => expect.closeTo(value, 12)));
    expect(step['grad:dense_2/b']).toEqual([1, -2]);
    // dh = dO·W₂ᵀ = [1 + 2, 0.5, 2 − 4, −2]; the third unit is off, so dz = [3, 0.5, 0, −2]
    expect(step['grad:dense_1/b']).toEqual([3, 0.5, 0, -2]);
    // dW₁ = xᵀ·dz
    expect(step['grad:dense_1/W']).toEqual([3, 0.5, 0, -2, 6, 1, 0, -4, -3, -0.5, 0, 2].map((value) => expect.closeTo(value, 12)));
  });
});

describe('attention', () => {
  // d_k = 4, so √d_k = 2. Q·Kᵀ = [[0, 2·ln 3], [2·ln 3, 0]], over 2: [[0, ln 3], [ln 3, 0]];
  // exp gives [[1, 3], [3, 1]], so the weights are [[¼, ¾], [¾, ¼]].
  const ln3 = Math.log(3);
  const Q = [2, 0, 0, 0, 0, 2, 0, 0];
  const K = [0, ln3, 0, 0, ln3, 0, 0, 0];
  const V = [4, 0, 0, 8];

  async function attend(options: { causal?: boolean }): Promise<number[]> {
    const g = new GraphBuilder();
    const [q, k, v] = [g.input('Q', type(4)), g.input('K', type(4)), g.input('V', type(2))] as const;
    g.output(attention(g, q, k, v, options), 'Y');
    const session = await createSession(g.model());
    const feeds = { Q: tensorOf('float32', [2, 4], Q), K: tensorOf('float32', [2, 4], K), V: tensorOf('float32', [2, 2], V) };
    const { Y } = await session.run(feeds);
    await session.close();
    return Array.from((Y as Tensor<'float32'>).data);
  }
  const type = (width: number) => ({ dtype: 'float32', shape: [2, width] }) as const;

  test('softmax(Q·Kᵀ / √d_k) · V, by hand', async () => {
    // ¼·[4, 0] + ¾·[0, 8] = [1, 6] and ¾·[4, 0] + ¼·[0, 8] = [3, 2]
    expect(await attend({})).toEqual(close([1, 6, 3, 2], 5));
  });

  test('a causal row sees itself and what came before', async () => {
    expect(await attend({ causal: true })).toEqual(close([4, 0, 3, 2], 5));
  });

  test('a scale outside the softmax is something else: rows of weights that add up to 1 / √d_k', () => {
    // exp(2·ln 3) = 9: softmax(Q·Kᵀ) = [[0.1, 0.9], [0.9, 0.1]], nearer to all or nothing; over 2: rows that sum to ½.
    const weights = [0.1, 0.9].map((weight) => weight / 2);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(0.5, 12);
    const misplaced = [(weights[0] ?? 0) * 4, (weights[1] ?? 0) * 8];
    expect(misplaced).toEqual(close([0.2, 3.6]));
    expect(misplaced).not.toEqual(close([1, 6]));
  });

  test('two heads of a layer each attend to their own half of the features', async () => {
    // All projections are the identity; x = [[a, c], [b, d]] with a head of one feature (d_k = 1) each.
    const identity = [1, 0, 0, 1];
    const part = (name: string) => ({ [`multiHeadAttention_1/${name}/W`]: identity, [`multiHeadAttention_1/${name}/b`]: [0, 0] });
    const net = sequential([layers.multiHeadAttention({ heads: 2 })]);
    const x = tensorOf('float32', [1, 2, 2], [1, 0, 2, -1]);
    const output = await predict(net, x, { ...part('Q'), ...part('K'), ...part('V'), ...part('O') });
    const head = (values: readonly [number, number], row: 0 | 1): number => {
      const [first, second] = values.map((value) => Math.exp(values[row] * value)) as [number, number];
      return (first * values[0] + second * values[1]) / (first + second);
    };
    expect(output).toEqual(close([head([1, 2], 0), head([0, -1], 0), head([1, 2], 1), head([0, -1], 1)], 5));
  });
});

test('the gradient of logistic regression is Xᵀ·(σ(X·w + b) − y) / n', async () => {
  const random = createRandom(3);
  const [n, width] = [20, 3];
  const X = Array.from({ length: n }, () => Array.from({ length: width }, () => random.normal()));
  const y = Array.from({ length: n }, () => random.int(2));
  const [w, b] = [[0.5, -1, 2], 0.25];
  const errors = X.map((row, i) => {
    const z = row.reduce((sum, value, j) => sum + value * (w[j] ?? 0), b);
    return 1 / (1 + Math.exp(-z)) - (y[i] ?? 0);
  });
  const expected = w.map((_, j) => errors.reduce((sum, error, i) => sum + error * (X[i]?.[j] ?? 0), 0) / n);
  const net = sequential([layers.dense({ units: 1, activation: 'sigmoid' })]);
  const batch = { x: tensorOf('float32', [n, width], X.flat()), y: tensorOf('int64', [n], y) };
  const step = await stepOf(net, losses.binaryCrossEntropy(), batch, { 'dense_1/W': w, 'dense_1/b': [b] });
  expect(step['grad:dense_1/W']).toEqual(close(expected));
  expect(step['grad:dense_1/b']).toEqual(close([errors.reduce((sum, error) => sum + error, 0) / n]));
});

describe('exclusive or', () => {
  const x = tensorOf('float32', [4, 2], [0, 0, 0, 1, 1, 0, 1, 1]);
  const y = tensorOf('float32', [4], [0, 1, 1, 0]);
  const batches = batchesOf({ x, y }, { batchSize: 4, seed: 1 });

  test('two layers of step functions compute it: x₁ or x₂, and not both', async () => {
    const net = sequential([layers.dense({ units: 2 }), layers.step(), layers.dense({ units: 1 }), layers.step()]);
    // h₁ = [x₁ + x₂ ≥ 0.5], h₂ = [x₁ + x₂ ≥ 1.5], output [h₁ − h₂ ≥ 0.5]
    const values = { 'dense_1/W': [1, 1, 1, 1], 'dense_1/b': [-0.5, -1.5], 'dense_2/W': [1, -1], 'dense_2/b': [-0.5] };
    expect(await predict(net, x, values)).toEqual([0, 1, 1, 0]);
  });

  test('a step function is not trained through, and says so', async () => {
    const net = sequential([layers.dense({ units: 1 }), layers.step()]);
    const options = { loss: losses.meanSquaredError(), optimizer: optimizers.sgd(), epochs: 1, seed: 1 };
    await expect(train(net, batches, options)).rejects.toThrow(expect.objectContaining({ code: 'LAYER_NOT_DIFFERENTIABLE' }));
  });

  test('one layer cannot learn it, two can', async () => {
    const options = {
      loss: losses.binaryCrossEntropy(),
      optimizer: optimizers.adam({ learningRate: 0.05 }),
      epochs: 400,
      seed: 4,
      threads: 1,
    };
    const single = await train(sequential([layers.dense({ units: 1, activation: 'sigmoid' })]), batches, options);
    const last = single.history.at(-1);
    expect(last?.accuracy).toBeLessThan(1);
    expect(last?.loss).toBeCloseTo(Math.log(2), 2); // the best it can do is to say ½ everywhere
    const hidden = [layers.dense({ units: 4, activation: 'tanh' }), layers.dense({ units: 1, activation: 'sigmoid' })];
    const double = await train(sequential(hidden), batches, options);
    expect(double.history.at(-1)?.accuracy).toBe(1);
    expect(double.history.at(-1)?.loss).toBeLessThan(0.1);
  });
});
