import { describe, expect, test } from 'vitest';
import { MoatError } from '../errors.ts';
import type { TensorType } from '../graph/graph.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { countParameters, layers, network, sequential } from './index.ts';

const tokens: TensorType = { dtype: 'int64', shape: ['batch', 80] };
const rows = (width: number): TensorType => ({ dtype: 'float32', shape: ['batch', width] });
const words: TensorType = { dtype: 'float32', shape: ['batch', 3, 4] };

const sentiment = sequential([
  layers.embedding({ vocabulary: 10_000, width: 32 }),
  layers.lstm({ units: 64 }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);

test("the article's network has 344,897 parameters", () => {
  // 10,000 · 32 + 4 · 64 · (32 + 64 + 1) + (64 + 1) = 320,000 + 24,832 + 65
  expect(countParameters(sentiment.parameters(tokens))).toBe(344_897);
  expect(sentiment.summary(tokens)).toBe(
    [
      'layer        output                  parameters  multiply-adds',
      'embedding_1  float32[batch, 80, 32]     320,000              0',
      'lstm_1       float32[batch, 64]          24,832      1,966,080', // 80 · 4 · 64 · (32 + 64)
      'dense_1      float32[batch, 1]               65             64',
      'total                                   344,897      1,966,144',
    ].join('\n'),
  );
});

/** Runs a network with given parameter values, by name. */
async function forward(net: ReturnType<typeof sequential>, x: Tensor, values: Record<string, readonly number[]> = {}): Promise<Tensor> {
  const input = { dtype: x.dtype, shape: ['batch', ...x.shape.slice(1)] };
  const parameters = new Map(Object.entries(values).map(([name, numbers]) => [name, Float32Array.from(numbers)]));
  const session = await createSession(net.build({ input, seed: 7, parameters }));
  const { output } = await session.run({ x });
  await session.close();
  return output as Tensor;
}

const numbers = (tensor: Tensor): number[] => Array.from(tensor.data as Float32Array);
const close = (values: readonly number[], digits = 5) => values.map((value) => expect.closeTo(value, digits));

test('dense, by hand', async () => {
  // [1, 2] · [[1, 0, −1], [2, 1, 0]] + [0.5, 0, 0] = [5.5, 2, −1]; relu → [5.5, 2, 0]
  const net = sequential([layers.dense({ units: 3, activation: 'relu' })]);
  const x = tensorOf('float32', [1, 2], [1, 2]);
  const output = await forward(net, x, { 'dense_1/W': [1, 0, -1, 2, 1, 0], 'dense_1/b': [0.5, 0, 0] });
  expect(numbers(output)).toEqual([5.5, 2, 0]);
});

test('embedding, by hand', async () => {
  const net = sequential([layers.embedding({ vocabulary: 3, width: 2 })]);
  const output = await forward(net, tensorOf('int64', [1, 3], [2, 0, 2]), { 'embedding_1/table': [1, 2, 3, 4, 5, 6] });
  expect(output.shape).toEqual([1, 3, 2]);
  expect(numbers(output)).toEqual([5, 6, 1, 2, 5, 6]);
});

test('lstm of one unit, two steps by hand', async () => {
  // Gates in the order i, o, f, c: W = [0.5, 1, −1, 2], R = [0.1, 0.2, 0.3, 0.4], b = [0, 0, 1, 0], x = 1 then −1.
  const σ = (z: number): number => 1 / (1 + Math.exp(-z));
  const c1 = σ(0.5) * Math.tanh(2);
  const h1 = σ(1) * Math.tanh(c1);
  const c2 = σ(1 + 1 + 0.3 * h1) * c1 + σ(-0.5 + 0.1 * h1) * Math.tanh(-2 + 0.4 * h1);
  const h2 = σ(-1 + 0.2 * h1) * Math.tanh(c2);
  const values = { 'lstm_1/W': [0.5, 1, -1, 2], 'lstm_1/R': [0.1, 0.2, 0.3, 0.4], 'lstm_1/b': [0, 0, 1, 0] };
  const x = tensorOf('float32', [1, 2, 1], [1, -1]);
  expect(numbers(await forward(sequential([layers.lstm({ units: 1 })]), x, values))).toEqual(close([h2]));
  const all = await forward(sequential([layers.lstm({ units: 1, returnSequences: true })]), x, values);
  expect(all.shape).toEqual([1, 2, 1]);
  expect(numbers(all)).toEqual(close([h1, h2]));
});

test('a bias of the forget gate begins at 1, the recurrent side orthonormal', () => {
  const [W, R, b] = sequential([layers.lstm({ units: 2 })]).parameters(words);
  expect([W?.name, R?.name, b?.name]).toEqual(['lstm_1/W', 'lstm_1/R', 'lstm_1/b']);
  const model = sequential([layers.lstm({ units: 2 })]).build({ input: words, seed: 1 });
  expect(model.graph.initializers.get('lstm_1/b')).toEqual(tensorOf('float32', [1, 8], [0, 0, 0, 0, 1, 1, 0, 0]));
  const r = model.graph.initializers.get('lstm_1/R')?.data as Float32Array;
  const column = (j: number): number[] => Array.from({ length: 8 }, (_, i) => r[2 * i + j] as number);
  const dot = (i: number, j: number): number => column(i).reduce((sum, value, k) => sum + value * (column(j)[k] ?? 0), 0);
  expect([dot(0, 0), dot(0, 1), dot(1, 1)]).toEqual(close([1, 0, 1]));
});

test('conv2d with same and valid padding, by hand', async () => {
  const x = tensorOf('float32', [1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const ones = { 'conv2d_1/W': new Array<number>(9).fill(1), 'conv2d_1/b': [1] };
  const valid = await forward(sequential([layers.conv2d({ filters: 1, kernel: 3, padding: 'valid' })]), x, ones);
  expect(numbers(valid)).toEqual([46]); // 1 + … + 9, and the bias
  const same = await forward(sequential([layers.conv2d({ filters: 1, kernel: 3 })]), x, ones);
  expect(numbers(same)).toEqual([13, 22, 17, 28, 46, 34, 25, 40, 29]);
  const strided = await forward(sequential([layers.conv2d({ filters: 1, kernel: 3, stride: 2 })]), x, ones);
  expect(numbers(strided)).toEqual([13, 17, 25, 29]);
});

test('pooling, by hand', async () => {
  const x = tensorOf('float32', [1, 1, 2, 4], [1, 2, 5, 6, 3, 4, 7, 8]);
  expect(numbers(await forward(sequential([layers.maxPool2d()]), x))).toEqual([4, 8]);
  expect(numbers(await forward(sequential([layers.averagePool2d()]), x))).toEqual([2.5, 6.5]);
  expect(numbers(await forward(sequential([layers.globalAveragePool()]), x))).toEqual([4.5]);
  const sequence = tensorOf('float32', [1, 2, 2], [1, 2, 3, 6]);
  expect(numbers(await forward(sequential([layers.globalAveragePool()]), sequence))).toEqual([2, 4]);
});

test('layerNorm, by hand', async () => {
  // mean 2, variance 2/3: (−1, 0, 1) / √(2/3)
  const output = await forward(sequential([layers.layerNorm()]), tensorOf('float32', [1, 3], [1, 2, 3]));
  expect(numbers(output)).toEqual(close([-Math.sqrt(1.5), 0, Math.sqrt(1.5)], 4));
});

test('bytes of an image go in as they are', async () => {
  const net = sequential([layers.rescale({ scale: 1 / 255, offset: -0.5 }), layers.reshape({ shape: [1, 2, 2] }), layers.flatten()]);
  const output = await forward(net, tensorOf('uint8', [1, 4], [0, 255, 51, 102]));
  expect(output.shape).toEqual([1, 4]);
  expect(numbers(output)).toEqual(close([-0.5, 0.5, -0.3, -0.1]));
});

test('the step function, by hand', async () => {
  const x = tensorOf('float32', [1, 3], [-0.1, 0, 2]);
  expect(numbers(await forward(sequential([layers.step()]), x))).toEqual([0, 1, 1]);
  expect(numbers(await forward(sequential([layers.step({ threshold: 1 })]), x))).toEqual([0, 0, 1]);
});

test('positions, by hand', async () => {
  const output = await forward(sequential([layers.positionalEncoding()]), tensorOf('float32', [1, 2, 4]));
  expect(numbers(output)).toEqual(close([0, 1, 0, 1, Math.sin(1), Math.cos(1), Math.sin(0.01), Math.cos(0.01)]));
});

test('activations, by hand', async () => {
  const x = tensorOf('float32', [1, 3], [-1, 0, 2]);
  const of = async (name: Parameters<typeof layers.activation>[0]) => numbers(await forward(sequential([layers.activation(name)]), x));
  const σ = (z: number): number => 1 / (1 + Math.exp(-z));
  expect(await of('linear')).toEqual([-1, 0, 2]);
  expect(await of('relu')).toEqual([0, 0, 2]);
  expect(await of('sigmoid')).toEqual(close([σ(-1), 0.5, σ(2)]));
  expect(await of('tanh')).toEqual(close([Math.tanh(-1), 0, Math.tanh(2)]));
  const e = [-1, 0, 2].map(Math.exp);
  const sum = e.reduce((a, b) => a + b);
  expect(await of('softmax')).toEqual(close(e.map((value) => value / sum)));
  expect(await of('softplus')).toEqual(close([-1, 0, 2].map((z) => Math.log1p(Math.exp(z)))));
  expect(await of('silu')).toEqual(close([-σ(-1), 0, 2 * σ(2)]));
  expect(await of('gelu')).toEqual(close([-0.158655, 0, 1.9545]));
});

test('a network of two inputs, written as a function', async () => {
  const pair = network<'a' | 'b'>((apply, { a, b }, g) => apply(layers.dense({ units: 1 }), g.concat([a, b], 1)));
  const model = pair.build({
    input: { a: rows(1), b: rows(2) },
    seed: 1,
    parameters: new Map([['dense_1/W', Float32Array.of(1, 10, 100)]]),
  });
  const session = await createSession(model);
  const { output } = await session.run({ a: tensorOf('float32', [1, 1], [1]), b: tensorOf('float32', [1, 2], [2, 3]) });
  await session.close();
  expect(numbers(output as Tensor)).toEqual([321]);
});

test('the first values of a parameter depend on the seed and its name alone', () => {
  const W = (seed: number, ...units: number[]) => {
    const model = sequential(units.map((count) => layers.dense({ units: count }))).build({ input: rows(3), seed });
    return model.graph.initializers.get('dense_1/W');
  };
  expect(W(1, 4)).toEqual(W(1, 4, 2));
  expect(W(1, 4)).not.toEqual(W(2, 4));
});

describe('what cannot be built is refused', () => {
  const build = (list: Parameters<typeof sequential>[0], input: TensorType) => () => sequential(list).build({ input, seed: 1 });
  test.each([
    ['NETWORK_EMPTY', () => sequential([])],
    ['NETWORK_INPUTS', () => sequential([layers.flatten()]).build({ input: { a: rows(1), b: rows(1) }, seed: 1 })],
    ['LAYER_OPTION', () => layers.dense({ units: 0 })],
    ['LAYER_OPTION', () => layers.dropout({ rate: 1 })],
    ['LAYER_RANK', build([layers.lstm({ units: 2 })], rows(3))],
    ['LAYER_RANK', build([layers.conv2d({ filters: 2, kernel: 3 })], rows(3))],
    ['LAYER_RANK', build([layers.globalAveragePool()], rows(3))],
    ['LAYER_DTYPE', build([layers.embedding({ vocabulary: 2, width: 2 })], rows(3))],
    ['LAYER_SIZE_UNKNOWN', build([layers.dense({ units: 2 })], { dtype: 'float32', shape: ['batch', 'width'] })],
    ['LAYER_HEADS', build([layers.multiHeadAttention({ heads: 3 })], words)],
    ['ACTIVATION_UNKNOWN', () => layers.activation('rleu' as 'relu')],
  ] as const)('%s', (code, make) => {
    expect(make).toThrow(MoatError);
    expect(make).toThrow(expect.objectContaining({ code }));
  });

  test('a mistyped activation is answered with the nearest', () => {
    expect(() => layers.activation('rleu' as 'relu')).toThrow(expect.objectContaining({ fix: 'did you mean "relu" or "elu" or "gelu"?' }));
  });
});
