/**
 * @file The smallest network worth the name, three inputs, four hidden units, two outputs: forward and backward with pencil and paper, and by the engine.
 *
 *     h = relu(x·W₁ + b₁)      o = h·W₂ + b₂      loss = mean((o − y)²)
 *
 *     dO = (o − y)·2/n         dW₂ = hᵀ·dO        db₂ = dO
 *     dz = (dO·W₂ᵀ) ⊙ [z > 0]  dW₁ = xᵀ·dz        db₁ = dz
 */

import { createTrainer, layers, losses, optimizers, sequential, tensorOf } from 'moatml/engine';
import { claim, say } from './shared.ts';

type Matrix = readonly (readonly number[])[];

const x = [1, 2, -1];
const y = [1, 3];
const W1 = [
  [1, 0, -1, 2],
  [0, 1, 1, 0],
  [1, -1, 0, 1],
];
const b1 = [0.5, 0, -2, -0.5];
const W2 = [
  [1, -1],
  [0.5, 0],
  [2, 2],
  [0, 1],
];
const b2 = [0, 1];
const learningRate = 0.1;

// Forward.
const z = plus(times(x, W1), b1);
const h = z.map((value) => Math.max(0, value));
const o = plus(times(h, W2), b2);
const loss = o.reduce((sum, value, i) => sum + (value - at(y, i)) ** 2, 0) / o.length;

// Backward.
const dO = o.map((value, i) => (2 * (value - at(y, i))) / o.length);
const dz = times(dO, transposed(W2)).map((value, i) => (at(z, i) > 0 ? value : 0));
const moved = {
  'dense_1/W': W1.flatMap((row, i) => row.map((w, j) => w - learningRate * at(x, i) * at(dz, j))),
  'dense_1/b': b1.map((b, j) => b - learningRate * at(dz, j)),
  'dense_2/W': W2.flatMap((row, i) => row.map((w, j) => w - learningRate * at(h, i) * at(dO, j))),
  'dense_2/b': b2.map((b, j) => b - learningRate * at(dO, j)),
};
say(`z = [${z}]   h = [${h}]   o = [${o}]   loss = ${loss}`);
say(`dO = [${dO}]   dz = [${dz}]`);

// The same by the engine: one step of gradient descent.
const net = sequential([layers.dense({ units: 4, activation: 'relu' }), layers.dense({ units: 2 })]);
const input = { dtype: 'float32', shape: ['batch', 3] } as const;
const trainer = createTrainer(net, { input, loss: losses.meanSquaredError(), optimizer: optimizers.sgd({ learningRate }), seed: 1 });
const values = { 'dense_1/W': W1.flat(), 'dense_1/b': b1, 'dense_2/W': W2.flat(), 'dense_2/b': b2 };
for (const [name, numbers] of Object.entries(values)) trainer.parameters[name]?.data.set(numbers);

const features = tensorOf('float32', [1, 3], x);
const { output } = await trainer.predict(features);
const result = await trainer.step({ x: features, y: tensorOf('float32', [1, 2], y) });
const farthest = Math.max(
  ...Object.entries(moved).flatMap(([name, numbers]) =>
    numbers.map((value, i) => Math.abs(value - at(trainer.parameters[name]?.data ?? [], i))),
  ),
);
await trainer.close();

claim(String(output?.data) === String(o) && o.join() === '2,1', `forward: the engine gives [${output?.data}] too`);
claim(result.loss === loss && loss === 2.5, `loss: ${result.loss}`);
claim(farthest < 1e-6, `backward: after one step all 26 numbers agree, to ${farthest.toExponential(1)}`);

function times(row: readonly number[], matrix: Matrix): number[] {
  return (matrix[0] ?? []).map((_, j) => row.reduce((sum, value, i) => sum + value * at(matrix[i] ?? [], j), 0));
}

function plus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value + at(b, i));
}

function transposed(matrix: Matrix): Matrix {
  return (matrix[0] ?? []).map((_, j) => matrix.map((row) => at(row, j)));
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] as number;
}
