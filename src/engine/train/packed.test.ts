/** @file A packed step computes what the plain one does, to the bit, and leaves the padding of the arena at zero. */

import { expect, test } from 'vitest';
import { layers, losses, optimizers, sequential } from '../index.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { groupParameters } from './groups.ts';
import { GRADIENTS, isWorthPacking, PARAMETERS, packed } from './packed.ts';
import { trainingGraph } from './step-graph.ts';
import { Weights } from './weights.ts';

const random = createRandom(5);
const batch = {
  x: tensorOf(
    'float32',
    [4, 3],
    Float32Array.from({ length: 12 }, () => random.normal()),
  ),
  y: tensorOf('int64', [4], [0, 1, 1, 0]),
};
const network = sequential([layers.dense({ units: 5, activation: 'tanh' }), layers.dense({ units: 2 })]);
const { model, parameters } = trainingGraph(network, losses.crossEntropy(), batch);
const groups = groupParameters(parameters, [{ parameters: '*/b', weightDecayFactor: 0 }]);
const { arena, inputs } = new Weights({
  groups,
  states: [],
  optimizer: optimizers.adam(),
  averaging: undefined,
  accumulates: false,
  seed: 1,
});

test('one tensor of parameters in and one of gradients out give the same numbers as many', async () => {
  const target = model.graph.inputs.find(({ name }) => name !== 'x' && !Object.hasOwn(inputs, name))?.name as string;
  const given = { x: batch.x, [target]: batch.y };
  const plain = await createSession(model, { threads: 1 });
  const wanted = await plain.run({ ...inputs, ...given });
  const together = await createSession(packed(model, arena), { threads: 1 });
  const results = await together.run({ [PARAMETERS]: arena.flat.parameters, ...given });
  expect(Object.keys(results).sort()).toEqual(['correct', 'loss', GRADIENTS].sort());
  const gradients = (results[GRADIENTS] as Tensor<'float32'>).data;
  const ranges = arena.groups.flatMap(({ tensors }) => tensors);
  Object.keys(arena.parameters).forEach((name, i) => {
    const { from, length } = ranges[i] as { from: number; length: number };
    const own = (wanted[`grad:${name}`] as Tensor<'float32'>).data;
    expect(gradients.subarray(from, from + own.length)).toEqual(own);
    expect(gradients.subarray(from + own.length, from + length).every((value) => value === 0)).toBe(true);
  });
  await Promise.all([plain.close(), together.close()]);
});

test('parameters are packed where they are few', () => {
  expect(isWorthPacking(arena)).toBe(true);
  expect(isWorthPacking({ ...arena, length: 1_000_000 })).toBe(false);
});
