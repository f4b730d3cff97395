import { expect, test } from 'vitest';
import { type Loss, layers, losses, network, sequential } from '../nn/index.ts';
import { optimizers } from '../optim/index.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Batch, batchesOf } from './batches.ts';
import { fit as train } from './fit.ts';
import { createTrainer } from './trainer.ts';

const input = { dtype: 'float32', shape: ['batch', 2] } as const;
const random = createRandom(1);
const x = tensorOf(
  'float32',
  [20, 2],
  Array.from({ length: 40 }, () => random.normal()),
);
const y = tensorOf(
  'int64',
  [20],
  Array.from({ length: 20 }, () => random.int(2)),
);
const net = sequential([
  layers.dense({ units: 5, activation: 'tanh' }),
  layers.dropout({ rate: 0.3 }),
  layers.dense({ units: 2, activation: 'softmax' }),
]);

test('the same steps as fit, to the bit', async () => {
  const options = { loss: losses.crossEntropy(), optimizer: optimizers.adamw(), seed: 3, threads: 1, clipNorm: 0.5 } as const;
  const batches = batchesOf({ x, y }, { batchSize: 8, seed: 1 });
  const fitted = await train(net, batches, { ...options, epochs: 2 });
  const trainer = createTrainer(net, { ...options, input });
  for (const epoch of [0, 1]) for (const batch of batches.epoch(epoch) as Iterable<Batch>) await trainer.step(batch);
  expect(trainer.steps).toBe(6);
  for (const [name, values] of fitted.parameters) expect([name, trainer.parameters[name]?.data]).toEqual([name, values]);
  const session = await createSession(trainer.model(), { threads: 1 });
  expect(await trainer.predict(x)).toEqual(await session.run({ x }));
  await Promise.all([session.close(), trainer.close()]);
});

test('one step by hand: the loss before the update, a learning rate of its own', async () => {
  const one = sequential([layers.dense({ units: 1 })]);
  const trainer = createTrainer(one, { input, loss: losses.meanSquaredError(), optimizer: optimizers.sgd({ learningRate: 0.1 }), seed: 1 });
  trainer.parameters['dense_1/W']?.data.set([1, 2]);
  const batch = { x: tensorOf('float32', [1, 2], [3, 1]), y: tensorOf('float32', [1, 1], [4]) };
  // o = 3 + 2 = 5, loss (5 − 4)² = 1, dW = 2·(5 − 4)·x = [6, 2]; the rate is 0.1 · 0.5
  expect(await trainer.step(batch, 0.5)).toEqual({ loss: 1 });
  expect([...(trainer.parameters['dense_1/W']?.data ?? [])]).toEqual([1 - 0.05 * 6, 2 - 0.05 * 2].map((value) => expect.closeTo(value, 6)));
  await trainer.close();
});

test('gradients by an input are those of central differences, and update nothing', async () => {
  const trainer = createTrainer(net, { input, loss: losses.crossEntropy(), seed: 3, threads: 1 });
  const before = await trainer.predict(x);
  const { gradients } = await trainer.inputGradients({ x, y });
  const [h, at] = [1e-2, 7];
  const moved = async (by: number): Promise<number> => {
    const data = Float32Array.from(x.data);
    data[at] = (data[at] as number) + by;
    return (await trainer.inputGradients({ x: { ...x, data }, y })).loss;
  };
  expect((gradients.x as Tensor<'float32'>).data[at]).toBeCloseTo(((await moved(h)) - (await moved(-h))) / (2 * h), 4);
  expect(gradients.x?.shape).toEqual([20, 2]);
  expect(await trainer.predict(x)).toEqual(before);
  await trainer.close();
});

test('two networks: a gradient by the input of one goes on into the other', async () => {
  // The chain rule: Σ output · dOutput has the gradient that the whole has.
  const through: Loss = { name: 'through', build: (g, { output }, dOutput) => ({ loss: g.reduceSum(g.mul(output, dOutput)) }) };
  const [first, second] = [layers.dense({ units: 3, activation: 'tanh' }), layers.dense({ units: 2, activation: 'softmax' })];
  const [front, back] = [sequential([first]), sequential([layers.dense({ units: 2, activation: 'softmax' })])];
  const optimizer = optimizers.sgd({ learningRate: 1 });
  const a = createTrainer(front, { input, loss: through, optimizer, seed: 1 });
  const b = createTrainer(back, { input: { dtype: 'float32', shape: ['batch', 3] }, loss: losses.crossEntropy(), seed: 2 });
  const whole = createTrainer(
    network((apply, { x: value }) => apply(second, apply(first, value))),
    {
      input,
      loss: losses.crossEntropy(),
      optimizer,
      groups: [{ parameters: 'dense_2/*', frozen: true }],
      seed: 1,
    },
  );
  for (const name of ['W', 'b']) whole.parameters[`dense_2/${name}`]?.data.set(b.parameters[`dense_1/${name}`]?.data ?? []);
  const { output } = (await a.predict(x)) as { output: Tensor };
  const { gradients } = await b.inputGradients({ x: output, y });
  await a.step({ x, y: gradients.x as Tensor });
  await whole.step({ x, y });
  expect([...(a.parameters['dense_1/W']?.data ?? [])]).toEqual(
    [...(whole.parameters['dense_1/W']?.data ?? [])].map((value) => expect.closeTo(value, 6)),
  );
  await Promise.all([a, b, whole].map((trainer) => trainer.close()));
});

test('what is not finite stops before the update', async () => {
  const trainer = createTrainer(net, { input, loss: losses.crossEntropy(), seed: 3 });
  const kept = trainer.parameters['dense_1/W']?.data.slice();
  const bad = tensorOf('float32', [1, 2], [Number.NaN, 1]);
  await expect(trainer.step({ x: bad, y: tensorOf('int64', [1], [1]) })).rejects.toThrow(
    expect.objectContaining({ code: 'TRAIN_NOT_FINITE' }),
  );
  expect(trainer.parameters['dense_1/W']?.data).toEqual(kept);
  await trainer.close();
});
