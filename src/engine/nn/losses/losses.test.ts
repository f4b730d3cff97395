import { describe, expect, test } from 'vitest';
import { differentiate } from '../../autodiff/differentiate.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { createSession } from '../../runtime/session.ts';
import { tensorOf } from '../../tensor/make.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { ActivationName } from '../activations.ts';
import { type Loss, losses } from './index.ts';

/** The loss of given outputs (or logits before an activation), what it counts, and its gradient by them. */
async function lossOf(loss: Loss, x: Tensor<'float32'>, target: Tensor, activation?: ActivationName) {
  const g = new GraphBuilder();
  const input = g.input('x', { dtype: 'float32', shape: x.shape });
  const output = activation === 'sigmoid' ? g.sigmoid(input) : activation === 'softmax' ? g.softmax(input) : input;
  const network = { output, ...(activation && { activation: { name: activation, logits: input } }) };
  const values = loss.build(g, network, g.input('target', { dtype: target.dtype, shape: target.shape }));
  g.output(values.loss, 'loss');
  if (values.correct !== undefined) g.output(values.correct, 'correct');
  const session = await createSession(differentiate(g.model(), { loss: 'loss', wrt: ['x'] }));
  const results = await session.run({ x, target });
  await session.close();
  const numbers = (name: string): number[] => Array.from((results[name]?.data ?? []) as Float32Array);
  return { loss: numbers('loss')[0], correct: numbers('correct')[0], gradient: numbers('grad:x') };
}

const close = (values: readonly number[], digits = 6) => values.map((value) => expect.closeTo(value, digits));
const σ = (z: number): number => 1 / (1 + Math.exp(-z));

describe('binary cross-entropy', () => {
  test('from logits, by hand', async () => {
    const result = await lossOf(
      losses.binaryCrossEntropy(),
      tensorOf('float32', [3, 1], [0, 2, -1]),
      tensorOf('int64', [3], [1, 0, 0]),
      'sigmoid',
    );
    // −(ln ½ + ln(1 − σ(2)) + ln(1 − σ(−1))) / 3
    expect(result.loss).toBeCloseTo(-(Math.log(0.5) + Math.log(1 - σ(2)) + Math.log(1 - σ(-1))) / 3, 6);
    expect(result.gradient).toEqual(close([(0.5 - 1) / 3, σ(2) / 3, σ(-1) / 3]));
    expect(result.correct).toBe(1); // only the last: 0 is not above ½, and 2 says yes
  });

  test('stays finite where the sigmoid is 0 or 1 in float32', async () => {
    const result = await lossOf(
      losses.binaryCrossEntropy(),
      tensorOf('float32', [2, 1], [200, -200]),
      tensorOf('float32', [2], [0, 1]),
      'sigmoid',
    );
    expect(result.loss).toBe(200);
    expect(result.gradient).toEqual(close([0.5, -0.5]));
  });

  test('from probabilities, by hand', async () => {
    const result = await lossOf(
      losses.binaryCrossEntropy(),
      tensorOf('float32', [2, 1], [0.75, 0.25]),
      tensorOf('float32', [2, 1], [1, 1]),
    );
    expect(result.loss).toBeCloseTo(-(Math.log(0.75) + Math.log(0.25)) / 2, 6);
    expect(result.gradient).toEqual(close([-1 / 0.75 / 2, -1 / 0.25 / 2], 5));
    expect(result.correct).toBe(1);
  });
});

describe('cross-entropy', () => {
  const ln = Math.log;
  const logits = tensorOf('float32', [2, 3], [ln(1), ln(2), ln(1), 0, 0, ln(8)]);
  const target = tensorOf('int64', [2], [1, 0]);
  // The softmax is [¼, ½, ¼] and [0.1, 0.1, 0.8].
  test.each(['softmax', undefined] as const)('after %s, by hand', async (activation) => {
    const result = await lossOf(losses.crossEntropy(), logits, target, activation);
    expect(result.loss).toBeCloseTo(-(ln(0.5) + ln(0.1)) / 2, 6);
    expect(result.gradient).toEqual(close([0.25, -0.5, 0.25, -0.9, 0.1, 0.8].map((value) => value / 2)));
    expect(result.correct).toBe(1);
  });

  test('stays finite where a probability is 0 in float32', async () => {
    const result = await lossOf(losses.crossEntropy(), tensorOf('float32', [1, 2], [300, -300]), tensorOf('int32', [1], [1]), 'softmax');
    expect(result.loss).toBe(600);
    expect(result.gradient).toEqual(close([1, -1]));
  });

  test('one target for each place of a sequence', async () => {
    const result = await lossOf(losses.crossEntropy(), tensorOf('float32', [1, 2, 2], [0, 0, 0, 0]), tensorOf('int64', [1, 2], [0, 1]));
    expect(result.loss).toBeCloseTo(ln(2), 6);
    expect(result.correct).toBe(0); // a network that says the same for every class has predicted nothing
  });
});

test('mean squared error, by hand', async () => {
  const result = await lossOf(losses.meanSquaredError(), tensorOf('float32', [2, 1], [1, 4]), tensorOf('float64', [2], [0, 2]));
  expect(result).toEqual({ loss: 2.5, correct: undefined, gradient: [1, 2] }); // (1 + 4) / 2 and 2 · (o − y) / 2
});
