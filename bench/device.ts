/** @file Training on another execution provider beside the processor: the same weights, and milliseconds a step: `npx tsx bench/device.ts [webgpu|cuda|…] [steps]`. */

import {
  createDeviceTrainer,
  createTrainer,
  type Layer,
  layers,
  losses,
  optimizers,
  type Provider,
  sequential,
  tensorOf,
} from 'moatml/engine';

const provider = (process.argv[2] ?? 'webgpu') as Provider;
const steps = Number(process.argv[3] ?? 50);
const WARM_UP = 3;

interface Case {
  readonly name: string;
  readonly shape: readonly number[];
  readonly layers: () => Layer[];
}

const cases: readonly Case[] = [
  {
    name: 'MLP 784-512-512-10, batch 128',
    shape: [128, 784],
    layers: () => [layers.dense({ units: 512, activation: 'relu' }), layers.dense({ units: 512, activation: 'relu' })],
  },
  {
    name: 'MLP 1024-4096-4096-10, batch 512',
    shape: [512, 1024],
    layers: () => [layers.dense({ units: 4096, activation: 'relu' }), layers.dense({ units: 4096, activation: 'relu' })],
  },
  {
    name: 'CNN conv32-conv64-dense128, 28 × 28, batch 64',
    shape: [64, 1, 28, 28],
    layers: () => [
      layers.conv2d({ filters: 32, kernel: 3, activation: 'relu' }),
      layers.maxPool2d(),
      layers.conv2d({ filters: 64, kernel: 3, activation: 'relu' }),
      layers.maxPool2d(),
      layers.flatten(),
      layers.dense({ units: 128, activation: 'relu' }),
    ],
  },
];

for (const { name, shape, layers: hidden } of cases) {
  const rows = shape[0] as number;
  const size = shape.reduce((product, dim) => product * dim, 1);
  const batch = {
    x: tensorOf(
      'float32',
      shape,
      Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898 + 1) / 2),
    ),
    y: tensorOf(
      'int32',
      [rows],
      Int32Array.from({ length: rows }, (_, i) => (i * 7) % 10),
    ),
  };
  const options = {
    input: { dtype: 'float32' as const, shape: ['batch', ...shape.slice(1)] },
    loss: losses.crossEntropy(),
    optimizer: optimizers.adam({ learningRate: 1e-3 }),
    seed: 7,
  };
  const network = () => sequential([...hidden(), layers.dense({ units: 10, activation: 'softmax' })]);

  const device = createDeviceTrainer(network(), { ...options, provider });
  const host = createTrainer(network(), options);
  const onDevice = await run(async () => device.step(batch));
  const onHost = await run(async () => (await host.step(batch)).loss);
  const there = await device.parameters();
  const far = Math.max(...[...there].map(([key, values]) => furthest(values, host.parameters[key]?.data as Float32Array)));
  await device.close();
  await host.close();
  const ratio = onHost.milliseconds / onDevice.milliseconds;
  console.log(
    `${name.padEnd(46)} ${provider} ${onDevice.milliseconds.toFixed(2)} ms, cpu ${onHost.milliseconds.toFixed(2)} ms a step (${ratio.toFixed(2)}×); ` +
      `losses ${onDevice.loss.toFixed(5)} and ${onHost.loss.toFixed(5)}; weights at most ${far.toExponential(1)} apart after ${steps + WARM_UP} steps`,
  );
}

async function run(step: () => Promise<number>): Promise<{ milliseconds: number; loss: number }> {
  for (let i = 0; i < WARM_UP; i++) await step();
  const started = performance.now();
  let loss = 0;
  for (let i = 0; i < steps; i++) loss = await step();
  return { milliseconds: (performance.now() - started) / steps, loss };
}

function furthest(a: Float32Array, b: Float32Array): number {
  return a.reduce((far, value, i) => Math.max(far, Math.abs(value - (b[i] as number))), 0);
}
