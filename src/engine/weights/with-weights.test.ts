import { expect, test } from 'vitest';
import { layers, losses, sequential } from '../nn/index.ts';
import { optimizers } from '../optim/index.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { batchesOf, fit as train } from '../train/index.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import { withWeights } from './with-weights.ts';

const net = sequential([layers.dense({ units: 2 })]);
const input = { dtype: 'float32', shape: ['batch', 3] } as const;
/** As PyTorch's Linear(3, 2) saves itself. */
const file = writeSafetensors([
  ['fc.weight', tensorOf('float32', [2, 3], [1, 2, 3, 4, 5, 6])],
  ['fc.bias', tensorOf('bfloat16', [2], Uint16Array.of(0x3f80, 0xc000))],
]);
const { tensors } = readSafetensors(file);
const names = { 'dense_1/W': { name: 'fc.weight', transposed: true }, 'dense_1/b': 'fc.bias' };

test('a Linear of PyTorch by name, transposed, in bfloat16', async () => {
  const session = await createSession(withWeights(net, tensors, { names }).build({ input, seed: 1 }));
  const { output } = await session.run({ x: tensorOf('float32', [1, 3], [1, 10, 100]) });
  await session.close();
  expect(output).toEqual(tensorOf('float32', [1, 2], [321 + 1, 654 - 2]));
});

test('training begins at the weights', async () => {
  const batches = batchesOf(
    { x: tensorOf('float32', [1, 3], [0, 0, 0]), y: tensorOf('float32', [1, 2], [1, -2]) },
    { batchSize: 1, seed: 1 },
  );
  const options = { loss: losses.meanSquaredError(), optimizer: optimizers.sgd(), epochs: 1, seed: 1 };
  const { history, parameters } = await train(withWeights(net, tensors, { names }), batches, options);
  expect(history[0]?.loss).toBe(0);
  expect(parameters.get('dense_1/W')).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
});

test('what trained goes out and comes in again', () => {
  const { graph } = withWeights(net, tensors, { names }).build({ input, seed: 1 });
  const again = readSafetensors(writeSafetensors(graph.initializers)).tensors;
  expect(withWeights(net, again).build({ input, seed: 2 }).graph.initializers).toEqual(graph.initializers);
});

test('what is missing, misshapen or misnamed is refused with the way out', () => {
  const build = (weights: ReadonlyMap<string, Tensor>, options: Parameters<typeof withWeights>[2]) => () =>
    withWeights(net, weights, options).build({ input, seed: 1 });
  expect(build(tensors, {})).toThrow(expect.objectContaining({ code: 'WEIGHTS_MISSING' }));
  expect(build(tensors, { names: { ...names, 'dense_1/W': 'fc.weight' } })).toThrow(
    expect.objectContaining({ code: 'WEIGHTS_SHAPE', fix: expect.stringContaining('transposed: true') }),
  );
  expect(build(tensors, { names: { ...names, 'dense_2/W': 'fc.weight' } })).toThrow(
    expect.objectContaining({ code: 'WEIGHTS_UNKNOWN_PARAMETER' }),
  );
  const whole = new Map([...tensors, ['fc.bias', tensorOf('int64', [2])] as const]);
  expect(build(whole, { names })).toThrow(expect.objectContaining({ code: 'WEIGHTS_SHAPE' }));
  expect(build(tensors, { partial: true })).not.toThrow();
});
