/** @file Training on WebGPU: the weights are those of the processor, but for rounding. Needs a Vulkan driver; Chromium brings one in software. */

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { MoatError } from '../errors.ts';
import { batchesOf, fit, layers, losses, optimizers, type Provider, sequential, tensorOf } from '../index.ts';

const software = '/usr/lib/chromium/vk_swiftshader_icd.json';

async function train(provider: Provider): Promise<number[]> {
  const x = Float32Array.from({ length: 96 }, (_, i) => Math.sin(i * i));
  const y = Float32Array.from({ length: 32 }, (_, i) => Number((x[3 * i] as number) > 0));
  const rows = { x: tensorOf('float32', [32, 3], x), y: tensorOf('float32', [32], y) };
  const net = sequential([layers.dense({ units: 8, activation: 'tanh' }), layers.dense({ units: 1, activation: 'sigmoid' })]);
  const options = { loss: losses.binaryCrossEntropy(), optimizer: optimizers.adam(), epochs: 5, seed: 3 };
  const trained = await fit(net, batchesOf(rows, { batchSize: 8, seed: 2 }), { ...options, provider });
  return [...trained.parameters.values()].flatMap((values) => [...values]);
}

test('fit on WebGPU', async ({ skip }) => {
  if (existsSync(software)) process.env.VK_ICD_FILENAMES ??= software;
  const there = await train('webgpu').catch((error: MoatError) => error);
  if (there instanceof Error && there.code === 'PROVIDER_UNAVAILABLE') return skip('needs a Vulkan driver and libvulkan1');
  if (there instanceof Error) throw there;
  const here = await train('cpu');
  expect(Math.max(...there.map((value, i) => Math.abs(value - (here[i] as number))))).toBeLessThan(1e-4);
});
