/** @file The update as nodes gives the weights of the fused kernel, and state that stays on a device those of the processor. */

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { MoatError } from '../errors.ts';
import { layers, losses, sequential } from '../nn/index.ts';
import { type Optimizer, optimizers } from '../optim/index.ts';
import type { Provider } from '../runtime/providers.ts';
import { tensorOf } from '../tensor/make.ts';
import { createDeviceTrainer } from './device-trainer.ts';
import { createTrainer } from './trainer.ts';

const software = '/usr/lib/chromium/vk_swiftshader_icd.json';
const net = () => sequential([layers.dense({ units: 8, activation: 'tanh' }), layers.dense({ units: 1, activation: 'sigmoid' })]);
const batch = {
  x: tensorOf(
    'float32',
    [8, 3],
    Float32Array.from({ length: 24 }, (_, i) => Math.sin(i * i)),
  ),
  y: tensorOf(
    'float32',
    [8],
    Float32Array.from({ length: 8 }, (_, i) => i % 2),
  ),
};
const options = { input: { dtype: 'float32' as const, shape: ['batch', 3] }, loss: losses.binaryCrossEntropy(), seed: 4 };

async function onDevice(optimizer: Optimizer, provider: Provider): Promise<number[]> {
  const trainer = createDeviceTrainer(net(), { ...options, optimizer, provider });
  for (let i = 0; i < 20; i++) await trainer.step(batch, 1 - i / 40);
  const parameters = await trainer.parameters();
  await trainer.close();
  return [...parameters.values()].flatMap((values) => [...values]);
}

async function fused(optimizer: Optimizer): Promise<number[]> {
  const trainer = await createTrainer(net(), { ...options, optimizer });
  for (let i = 0; i < 20; i++) await trainer.step(batch, 1 - i / 40);
  return Object.values(trainer.parameters).flatMap(({ data }) => [...data]);
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));

test.each([
  optimizers.sgd({ learningRate: 0.1, weightDecay: 0.01 }),
  optimizers.momentum({ learningRate: 0.05 }),
  optimizers.momentum({ learningRate: 0.05, nesterov: true, weightDecay: 0.01 }),
  optimizers.adam({ learningRate: 0.01 }),
  optimizers.adamw({ learningRate: 0.01, weightDecay: 0.1 }),
  optimizers.rmsprop({ learningRate: 0.01 }),
  optimizers.adagrad({ learningRate: 0.05 }),
  optimizers.lion({ learningRate: 0.01, weightDecay: 0.1 }),
  optimizers.lamb({ learningRate: 0.01 }),
])('$name as nodes gives the weights of the kernel', async (optimizer) => {
  expect(distance(await onDevice(optimizer, 'cpu'), await fused(optimizer))).toBeLessThan(1e-6);
});

test('the running statistics of a batch normalisation go on as on the processor', async () => {
  const normalised = () => sequential([layers.dense({ units: 4 }), layers.batchNorm(), layers.dense({ units: 1, activation: 'sigmoid' })]);
  const optimizer = optimizers.sgd({ learningRate: 0.1 });
  const device = createDeviceTrainer(normalised(), { ...options, optimizer });
  const host = await createTrainer(normalised(), { ...options, optimizer });
  for (let i = 0; i < 5; i++) {
    await device.step(batch);
    await host.step(batch);
  }
  const there = await device.parameters();
  await device.close();
  const here = host.parameters;
  expect([...there.keys()].sort()).toEqual(Object.keys(here).sort());
  for (const [name, values] of there) expect(distance([...values], [...(here[name] as { data: Float32Array }).data])).toBeLessThan(1e-6);
});

test('state that stays on a WebGPU device', async ({ skip }) => {
  if (existsSync(software)) process.env.VK_ICD_FILENAMES ??= software;
  const adam = optimizers.adam({ learningRate: 0.01 });
  const there = await onDevice(adam, 'webgpu').catch((error: MoatError) => error);
  if (there instanceof Error && there.code === 'PROVIDER_UNAVAILABLE') return skip('needs a Vulkan driver and libvulkan1');
  if (there instanceof Error) throw there;
  expect(distance(there, await onDevice(adam, 'cpu'))).toBeLessThan(1e-4);
});
