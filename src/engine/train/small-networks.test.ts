import { describe, expect, test } from 'vitest';
import { layers, losses, type Network, sequential } from '../nn/index.ts';
import type { Loss } from '../nn/losses/index.ts';
import { createInterpreter } from '../runtime/interpreter/interpreter.ts';
import { createSession } from '../runtime/session.ts';
import { tensorOf } from '../tensor/make.ts';
import { createRandom } from '../tensor/random.ts';
import { product } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { trainingGraph } from './step-graph.ts';

const { dense, dropout, embedding, flatten, batchNorm } = layers;
const random = createRandom(3);
const numbers = (...shape: number[]): Tensor =>
  tensorOf(
    'float32',
    shape,
    Array.from({ length: product(shape) }, () => random.normal()),
  );
const whole = (below: number, ...shape: number[]): Tensor =>
  tensorOf(
    'int64',
    shape,
    Array.from({ length: product(shape) }, () => random.int(below)),
  );

const mlp = (units: number, activation: 'relu' | 'tanh' | 'sigmoid' | 'leakyRelu' = 'relu', end?: 'sigmoid' | 'softmax'): Network =>
  sequential([dense({ units: 8, activation }), dense({ units, ...(end && { activation: end }) })]);

const x = numbers(12, 5);
const cases: readonly [string, Network, Loss, { x: Tensor; y: Tensor }][] = [
  ['classes', mlp(3), losses.crossEntropy(), { x, y: whole(3, 12) }],
  ['classes by softmax', mlp(3, 'tanh', 'softmax'), losses.crossEntropy(), { x, y: whole(3, 12) }],
  ['smoothed and weighted', mlp(3), losses.crossEntropy({ labelSmoothing: 0.1, classWeights: [1, 2, 3] }), { x, y: whole(3, 12) }],
  ['two classes', mlp(1, 'relu', 'sigmoid'), losses.binaryCrossEntropy(), { x, y: whole(2, 12) }],
  ['two classes by a logit', mlp(1, 'sigmoid', 'sigmoid'), losses.binaryCrossEntropy({ positiveWeight: 3 }), { x, y: whole(2, 12) }],
  ['a number', mlp(1, 'leakyRelu'), losses.meanSquaredError(), { x, y: numbers(12, 1) }],
  ['a number, absolute', mlp(1), losses.meanAbsoluteError(), { x, y: numbers(12, 1) }],
  ['a number, Huber', mlp(1), losses.huber(), { x, y: numbers(12, 1) }],
  ['a number, quantile', mlp(1), losses.quantile({ quantile: 0.9 }), { x, y: numbers(12, 1) }],
  ['a margin', mlp(1), losses.hinge(), { x, y: whole(2, 12) }],
  [
    'with dropout',
    sequential([dense({ units: 8, activation: 'relu' }), dropout({ rate: 0.5 }), dense({ units: 2 })]),
    losses.crossEntropy(),
    { x, y: whole(2, 12) },
  ],
  [
    'categories by an embedding',
    sequential([embedding({ vocabulary: 9, width: 4 }), flatten(), dense({ units: 2 })]),
    losses.crossEntropy(),
    { x: whole(9, 12, 3), y: whole(2, 12) },
  ],
  [
    'normalised over the batch',
    sequential([dense({ units: 6 }), batchNorm(), dense({ units: 2 })]),
    losses.crossEntropy(),
    { x, y: whole(2, 12) },
  ],
];

describe('the interpreter takes the step of a small network, with the loss and gradients of ONNX Runtime', () => {
  test.each(cases)('%s', async (_, network, loss, batch) => {
    const { model, parameters, masks, states } = trainingGraph(network, loss, batch);
    const interpreter = createInterpreter(model);
    expect(interpreter).toBeDefined();
    const given = [...parameters, ...masks].map(({ name, shape }) => [name, numbers(...shape)] as const);
    const kept = model.graph.inputs.filter(({ name }) => states.includes(name));
    const variances = kept.map(({ name, type }) => [name, tensorOf('float32', type?.shape as number[])] as const);
    const feeds = { x: batch.x, target: batch.y, ...Object.fromEntries([...given, ...variances]) };
    const session = await createSession(model);
    const expected = await session.run(feeds);
    await session.close();
    const own = Object.fromEntries(Object.entries(expected).map(([name, { shape }]) => [name, tensorOf('float32', shape)]));
    await interpreter?.run(feeds, own);
    for (const [name, { data }] of Object.entries(expected)) {
      const values = Array.from(data as Float32Array);
      const scale = Math.max(1e-3, ...values.map(Math.abs));
      const apart = values.map((value, i) => Math.abs(value - ((own[name] as Tensor).data[i] as number)) / scale);
      expect(Math.max(...apart), name).toBeLessThan(1e-5);
    }
  });
});
