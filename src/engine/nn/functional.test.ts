/** Networks written as functions: several inputs and outputs, shared layers, masks, and errors that name the layer at fault. */
import { describe, expect, test } from 'vitest';
import type { TensorType } from '../graph/graph.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { countParameters, type InputTypes, layers, type Network, network, sequential } from './index.ts';
import { rotate } from './rotary.ts';

const rows = (...shape: number[]): TensorType => ({ dtype: 'float32', shape: ['batch', ...shape] });
const tokens = (length: number): TensorType => ({ dtype: 'int64', shape: ['batch', length] });
const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor?.data as Float32Array);

async function run(net: Network, input: InputTypes, feeds: Record<string, Tensor>, parameters: Record<string, number[]> = {}) {
  const values = new Map(Object.entries(parameters).map(([name, list]) => [name, Float32Array.from(list)]));
  const session = await createSession(net.build({ input, seed: 3, parameters: values }), { threads: 1 });
  const results = await session.run(feeds);
  await session.close();
  return results;
}

const normal = (...shape: number[]): Tensor<'float32'> => {
  const random = createRandom(shape.length);
  const length = shape.reduce((product, size) => product * size, 1);
  return tensorOf(
    'float32',
    shape,
    Array.from({ length }, () => random.normal()),
  );
};

test('several outputs have the names that the network gives them', async () => {
  const net = network((apply, { x }) => {
    const trunk = apply(layers.dense({ units: 1 }), x);
    return { double: apply(layers.add(), trunk, trunk), same: trunk };
  });
  const results = await run(net, rows(2), { x: tensorOf('float32', [1, 2], [1, 2]) }, { 'dense_1/W': [3, 4] });
  expect([numbers(results.double), numbers(results.same)]).toEqual([[22], [11]]);
});

describe('the same layer object', () => {
  const read = layers.dense({ units: 1 });

  test('shares its parameters wherever it is applied', async () => {
    const net = network<'a' | 'b'>((apply, { a, b }, g) => g.concat([apply(read, a), apply(read, b)], 1));
    const input = { a: rows(2), b: rows(2) };
    expect(net.parameters(input).map(({ name }) => name)).toEqual(['dense_1/W', 'dense_1/b']);
    const feeds = { a: tensorOf('float32', [1, 2], [1, 0]), b: tensorOf('float32', [1, 2], [0, 1]) };
    expect(numbers((await run(net, input, feeds, { 'dense_1/W': [3, 4] })).output)).toEqual([3, 4]);
    expect(net.summary(input)).toBe(
      [
        'layer    output             parameters  multiply-adds',
        'dense_1  float32[batch, 1]           3              2',
        'dense_1  float32[batch, 1]           0              2',
        'total                                3              4',
      ].join('\n'),
    );
  });

  test('cannot be shared over other sizes', () => {
    const net = network<'a' | 'b'>((apply, { a, b }, g) => g.add(apply(read, a), apply(read, b)));
    expect(() => net.build({ input: { a: rows(2), b: rows(3) }, seed: 1 })).toThrow(
      expect.objectContaining({ code: 'LAYER_SHARED_SHAPE' }),
    );
  });

  test('lends its table: an unembedding has no parameters of its own, and needs the embedding first', () => {
    const embedding = layers.embedding({ vocabulary: 7, width: 4 });
    const net = sequential([embedding, layers.unembedding(embedding)]);
    expect(countParameters(net.parameters(tokens(3)))).toBe(28);
    const without = sequential([layers.unembedding(embedding)]);
    expect(() => without.build({ input: rows(3, 4), seed: 1 })).toThrow(expect.objectContaining({ code: 'LAYER_NOT_APPLIED' }));
  });
});

describe('what is padded does not count', () => {
  const classifier = network((apply, { x }) => {
    const mask = apply(layers.paddingMask(), x);
    const words = apply(layers.positionalEmbedding(), apply(layers.embedding({ vocabulary: 9, width: 8 }), x));
    const read = apply(layers.transformerEncoder({ heads: 2, hidden: 8, norm: 'pre' }), words, { mask });
    return { mean: apply(layers.globalAveragePool(), read, { mask }), largest: apply(layers.globalMaxPool(), read, { mask }) };
  });

  test('a padded text gives what the text alone gives', async () => {
    const alone = tensorOf('int64', [1, 3], [5, 2, 8]);
    const padded = tensorOf('int64', [1, 5], [5, 2, 8, 0, 0]);
    // the table of places is as long as the input: the same vectors for the first three places
    const places = numbers(normal(5, 8));
    const short = await run(classifier, tokens(3), { x: alone }, { 'positionalEmbedding_1/table': places.slice(0, 24) });
    const long = await run(classifier, tokens(5), { x: padded }, { 'positionalEmbedding_1/table': places });
    for (const name of ['mean', 'largest'])
      expect(numbers(long[name])).toEqual(numbers(short[name]).map((value) => expect.closeTo(value, 5)));
  });

  test('a text of nothing but padding gives numbers', async () => {
    const results = await run(classifier, tokens(2), { x: tensorOf('int64', [1, 2], [0, 0]) });
    expect(numbers(results.mean)).toEqual(new Array(8).fill(0));
    expect(numbers(results.largest).every(Number.isFinite)).toBe(true);
  });

  test('lengths end a recurrent layer where each sequence ends', async () => {
    const net = network<'x' | 'lengths'>((apply, { x, lengths }) => apply(layers.gru({ units: 3, bidirectional: true }), x, { lengths }));
    const x = normal(1, 5, 2);
    const input = (length: number): InputTypes => ({ x: rows(length, 2), lengths: { dtype: 'int32', shape: ['batch'] } });
    const cut = { ...x, shape: [1, 3, 2], data: x.data.slice(0, 6) };
    const long = await run(net, input(5), { x, lengths: tensorOf('int32', [1], [3]) });
    const short = await run(net, input(3), { x: cut, lengths: tensorOf('int32', [1], [3]) });
    expect(numbers(long.output)).toEqual(numbers(short.output).map((value) => expect.closeTo(value, 6)));
  });
});

test('causal attention does not see what comes later', async () => {
  const net = sequential([layers.transformerEncoder({ heads: 2, hidden: 8, causal: true, rotary: true, keyValueHeads: 1 })]);
  const x = normal(1, 4, 8);
  const changed = { ...x, data: x.data.map((value, i) => (i >= 24 ? value + 1 : value)) };
  const [a, b] = [(await run(net, rows(4, 8), { x })).output, (await run(net, rows(4, 8), { x: changed })).output];
  expect(numbers(a).slice(0, 24)).toEqual(numbers(b).slice(0, 24));
  expect(numbers(a).slice(24)).not.toEqual(numbers(b).slice(24));
});

test('rotary scores depend on distances alone', async () => {
  const net = network<'q' | 'k'>((_, { q, k }, g) => g.matMul(rotate(g, 'test', q), g.swapLastTwo(rotate(g, 'test', k))));
  const [q, k] = [normal(1, 6), normal(6)].map(({ data }) => tensorOf('float32', [1, 5, 6], new Array(5).fill([...data]).flat()));
  const type = rows(5, 6);
  const scores = numbers((await run(net, { q: type, k: type }, { q: q as Tensor, k: k as Tensor })).output);
  const at = (row: number, column: number): number => scores[5 * row + column] as number;
  for (let row = 1; row < 5; row++)
    for (let column = 1; column < 5; column++) expect(at(row, column)).toBeCloseTo(at(row - 1, column - 1), 5);
  expect(at(0, 4)).not.toBeCloseTo(at(0, 0), 2);
});

test('what a layer needs beside x, and the names of the inputs, are known to the compiler', () => {
  const decoder = layers.transformerDecoder({ heads: 1, hidden: 2 });
  network<'x' | 'memory'>((apply, { x, memory }) => apply(decoder, x, { memory }));
  // @ts-expect-error: a decoder needs a memory
  network((apply, { x }) => apply(decoder, x));
  // @ts-expect-error: there is no such input
  network<'x'>((apply, { y }) => apply(decoder, y, { memory: y }));
  // @ts-expect-error: without returnState there is one value
  network((apply, { x }) => apply(layers.lstm({ units: 2 }), x).h);
  // @ts-expect-error: a row of layers has one input each
  sequential([decoder]);
});

describe('the layer at fault is named', () => {
  test('where an operator inside refuses the sizes', () => {
    const net = network<'a' | 'b'>((apply, { a, b }) => apply(layers.add(), a, b));
    expect(() => net.build({ input: { a: rows(2), b: rows(3) }, seed: 1 })).toThrow(
      expect.objectContaining({ code: 'LAYER_SHAPE', message: 'add_1 cannot read float32[batch, 2] and float32[batch, 3]' }),
    );
  });

  test('where a window does not fit', () => {
    const net = sequential([layers.conv2d({ filters: 2, kernel: 3 }), layers.conv2d({ filters: 2, kernel: 9, padding: 'valid' })]);
    expect(() => net.build({ input: rows(1, 8, 8), seed: 1 })).toThrow(
      expect.objectContaining({ code: 'LAYER_SHAPE', message: 'conv2d_2 cannot read float32[batch, 2, 8, 8]' }),
    );
  });

  test('where the layers of a residual change the shape', () => {
    const net = sequential([layers.residual(layers.dense({ units: 3 }))]);
    expect(() => net.build({ input: rows(2), seed: 1 })).toThrow(
      expect.objectContaining({ code: 'LAYER_SHAPE', message: expect.stringContaining('residual_1') }),
    );
  });

  test.each([
    ['LAYER_GROUPS', () => layers.conv2d({ filters: 3, kernel: 1, groups: 2 })],
    ['LAYER_GROUPS', () => layers.multiHeadAttention({ heads: 4, keyValueHeads: 3 })],
    ['LAYER_GROUPS', () => sequential([layers.groupNorm({ groups: 2 })]).build({ input: rows(3), seed: 1 })],
    ['LAYER_HEADS', () => sequential([layers.multiHeadAttention({ heads: 2, rotary: true })]).build({ input: rows(2, 6), seed: 1 })],
    ['LAYER_OPTION', () => layers.conv2d({ filters: 3, kernel: [3, 0] })],
    ['LAYER_OPTION', () => layers.maxPool1d({ size: [2, 2] })],
    ['LAYER_OPTION', () => layers.batchNorm({ momentum: 0 })],
    ['LAYER_RANK', () => sequential([layers.batchNorm()]).build({ input: rows(), seed: 1 })],
    ['LAYER_RANK', () => sequential([layers.paddingMask()]).build({ input: rows(2, 3), seed: 1 })],
    ['NETWORK_INPUTS', () => network<'x' | 'y'>((apply, { y }) => apply(layers.flatten(), y)).build({ input: rows(2), seed: 1 })],
  ])('%s', (code, make) => {
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});
