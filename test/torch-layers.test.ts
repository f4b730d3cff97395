/**
 * @file Layers, optimizers and schedules give PyTorch's results. The fixtures were written by scripts/fixtures/torch_layers.py and
 * torch_optimizers.py; PyTorch is not needed here.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reservedBytes } from '../src/engine/host/wasm.ts';
import {
  createSession,
  type DType,
  type Layer,
  layers,
  losses,
  type Network,
  network,
  type Optimizer,
  optimizers,
  type Schedule,
  schedules,
  sequential,
  type Tensor,
  tensorOf,
} from '../src/engine/index.ts';
import { createKernel } from '../src/engine/optim/index.ts';
import { featureTypes, lossGraph } from '../src/engine/train/step-graph.ts';

interface Packed {
  readonly dtype: 'float32' | 'int64' | 'bool';
  readonly shape: readonly number[];
  readonly data: string;
}
type PackedAll = Readonly<Record<string, Packed>>;
interface Fixture {
  readonly inputs: PackedAll;
  readonly parameters: PackedAll;
  readonly y: Packed;
  /** Final states of a recurrent layer. */
  readonly ends?: PackedAll;
  /** In training, with the running statistics afterwards. */
  readonly trained?: Packed;
  readonly next?: PackedAll;
}

const fixtures = read('torch-layers.json') as Readonly<Record<string, Fixture>>;

const recurrent = { units: 3, layers: 2, bidirectional: true, returnSequences: true, returnState: true } as const;
const block = { heads: 2, hidden: 12, activation: 'gelu' } as const;
const networks: Readonly<Record<string, Layer | Network>> = {
  conv2d: layers.conv2d({ filters: 6, kernel: [3, 2], stride: [2, 1], padding: [1, 0], dilation: [1, 2], groups: 2 }),
  depthwiseConv2d: layers.depthwiseConv2d({ kernel: 3, multiplier: 2 }),
  conv1d: layers.conv1d({ filters: 4, kernel: 3, stride: 2, dilation: 2, padding: 'valid' }),
  conv3d: layers.conv3d({ filters: 3, kernel: 2, stride: [1, 2, 1], padding: 1 }),
  convTranspose2d: layers.convTranspose2d({
    filters: 6,
    kernel: 3,
    stride: 2,
    padding: 1,
    outputPadding: 1,
    groups: 2,
    dilation: [1, 2],
  }),
  convTranspose1d: layers.convTranspose1d({ filters: 2, kernel: 4, stride: 2 }),
  maxPool2d: layers.maxPool2d({ size: 3, stride: 2, padding: 1 }),
  averagePool2d: layers.averagePool2d({ size: [3, 2], stride: 2, padding: [1, 0] }),
  maxPool1d: layers.maxPool1d(),
  averagePool3d: layers.averagePool3d(),
  batchNorm: layers.batchNorm(),
  batchNormRows: layers.batchNorm({ momentum: 0.3, epsilon: 1e-3 }),
  batchNormSequence: layers.batchNorm(),
  groupNorm: layers.groupNorm({ groups: 3 }),
  groupNormSequence: layers.groupNorm({ groups: 3 }),
  instanceNorm: layers.instanceNorm(),
  lstm: network<'x' | 'lengths' | 'h0' | 'c0'>((apply, { x, lengths, h0: h, c0: c }) =>
    apply(layers.lstm(recurrent), x, { lengths, initial: { h, c } }),
  ),
  gru: network<'x' | 'lengths' | 'h0'>((apply, { x, lengths, h0: h }) => apply(layers.gru(recurrent), x, { lengths, initial: { h } })),
  rnn: network<'x' | 'lengths' | 'h0'>((apply, { x, lengths, h0: h }) => apply(layers.rnn(recurrent), x, { lengths, initial: { h } })),
  crossAttention: network<'x' | 'memory' | 'mask'>((apply, { x, memory, mask }) =>
    apply(layers.multiHeadAttention({ heads: 2 }), x, { memory, mask }),
  ),
  'encoder-post': network<'x' | 'mask'>((apply, { x, mask }) => apply(layers.transformerEncoder(block), x, { mask })),
  'encoder-pre': network<'x' | 'mask'>((apply, { x, mask }) => apply(layers.transformerEncoder({ ...block, norm: 'pre' }), x, { mask })),
  decoder: network<'x' | 'memory' | 'mask'>((apply, { x, memory, mask }) =>
    apply(layers.transformerDecoder({ heads: 2, hidden: 12 }), x, { memory, memoryMask: mask }),
  ),
  upsampleNearest: layers.upsample2d({ factor: [2, 3] }),
  upsampleLinear: layers.upsample2d({ mode: 'linear' }),
  upsampleSequence: layers.upsample1d({ factor: 3, mode: 'linear' }),
};

describe.each(Object.entries(fixtures))('%s', (name, { inputs, parameters, y, ends, trained, next }) => {
  const of = networks[name] as Layer | Network;
  const net = 'forward' in of ? of : sequential([of]);
  const x = unpackAll(inputs);
  const input = featureTypes(x, 'batch');
  const values = unpackAll(parameters);

  test('the saved model gives what PyTorch gives', async () => {
    const names = [...net.parameters(input), ...net.states(input)].map((spec) => spec.name);
    expect(names.toSorted()).toEqual(Object.keys(values).toSorted());
    const floats = new Map(Object.entries(values).map(([key, { data }]) => [key, data as Float32Array]));
    const session = await createSession(net.build({ input, seed: 1, parameters: floats }), { threads: 1 });
    const results = await session.run(x);
    await session.close();
    expectClose(results.output, unpack(y));
    for (const [state, expected] of Object.entries(unpackAll(ends ?? {}))) expectClose(results[state], expected);
  });

  if (trained === undefined || next === undefined) return;

  test('and so does training, with the running statistics afterwards', async () => {
    const target = { ...unpack(trained) };
    const { model } = lossGraph(net, losses.meanSquaredError(), { x, y: target }, true);
    const session = await createSession(model, { threads: 1 });
    const results = await session.run({ ...x, ...values, target });
    await session.close();
    expect((results.loss as Tensor<'float32'>).data[0]).toBeLessThan(1e-10);
    for (const [state, expected] of Object.entries(unpackAll(next))) expectClose(results[`next:${state}`], expected);
  });
});

const stored = read('torch-optimizers.json') as {
  readonly optimizers: Readonly<Record<string, readonly number[]>>;
  readonly losses: readonly number[];
  readonly schedules: Readonly<Record<string, readonly number[]>>;
};

const sameOptimizers: Readonly<Record<string, Optimizer>> = {
  sgd: optimizers.sgd({ learningRate: 0.1, weightDecay: 0.05 }),
  momentum: optimizers.momentum({ learningRate: 0.1, weightDecay: 0.05 }),
  nesterov: optimizers.momentum({ learningRate: 0.1, nesterov: true }),
  rmsprop: optimizers.rmsprop({ learningRate: 0.1 }),
  adagrad: optimizers.adagrad({ learningRate: 0.1 }),
  adam: optimizers.adam({ learningRate: 0.1 }),
  adamw: optimizers.adamw({ learningRate: 0.1, weightDecay: 0.05 }),
};

test.each(Object.entries(stored.optimizers))('ten steps of %s', (name, expected) => {
  const optimizer = sameOptimizers[name] as Optimizer;
  const length = expected.length;
  const place = (section: number): number => reservedBytes + 4 * length * section;
  const { kernel, buffer } = createKernel(place(4));
  const [p, g] = [0, 1].map((section) => new Float32Array(buffer, place(section), length)) as [Float32Array, Float32Array];
  const at = { parameters: place(0), gradients: place(1), moments: { m: place(2), v: place(3) }, length, tensors: [{ from: 0, length }] };
  p.set(Float32Array.from(p, (_, i) => i / 7 - 1));
  for (let t = 1; t <= 10; t++) {
    g.set(Float32Array.from(g, (_, i) => Math.sin(i * t)));
    optimizer.update(kernel, at, { t, learningRate: optimizer.learningRate, gradientScale: 1, weightDecayFactor: 1 });
  }
  p.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 5);
  });
});

const sameSchedules: Readonly<Record<string, Schedule>> = {
  oneCycle: schedules.oneCycle(),
  cosine: schedules.cosine({ end: 0.1 }),
  step: schedules.step({ everyEpochs: 3, factor: 0.5 }),
  plateau: schedules.plateau({ factor: 0.5, patience: 1, threshold: 1e-3 }),
};

test.each(Object.entries(stored.schedules))('the schedule %s', (name, expected) => {
  const factors = expected.map((_, step) =>
    sameSchedules[name]?.factor({ step, steps: expected.length, epoch: step, losses: stored.losses.slice(0, step) }),
  );
  expect(factors).toEqual(expected.map((factor) => expect.closeTo(factor, 9)));
});

/** To 1e-5 of the largest element. */
function expectClose(actual: Tensor | undefined, expected: Tensor): void {
  expect(actual?.shape).toEqual(expected.shape);
  const [a, b] = [actual, expected].map((tensor) => Array.from(tensor?.data as Float32Array)) as [number[], number[]];
  const scale = Math.max(1, ...b.map(Math.abs));
  expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number)))) / scale).toBeLessThan(1e-5);
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`./fixtures/${file}`, import.meta.url), 'utf8'));
}

function unpackAll(packed: PackedAll): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(packed).map(([name, each]) => [name, unpack(each)]));
}

function unpack({ dtype, shape, data }: Packed): Tensor {
  const { buffer } = Uint8Array.from(Buffer.from(data, 'base64'));
  const arrays = { float32: Float32Array, int64: BigInt64Array, bool: Uint8Array } as const;
  return tensorOf<DType>(dtype, shape, new arrays[dtype](buffer) as Float32Array);
}
