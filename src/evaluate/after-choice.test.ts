import { expect, test } from 'vitest';
import { createRandom } from '../engine/tensor/random.ts';
import type { Predictions, Task } from '../model/predictor.ts';
import type { Truth } from '../model/task.ts';
import { measureAfterChoice } from './after-choice.ts';
import { evaluatePredictions } from './evaluate.ts';

const task: Task = { kind: 'binary', target: 'won', classes: ['no', 'yes'], positive: 'yes' };
const METRICS = ['accuracy', 'log_loss'];
const ROWS = 200;

/** A coin as truth, and models that are right with the given chance on each row. */
function trial(seed: number, chances: readonly number[]): { truth: Truth; candidates: Predictions[] } {
  const random = createRandom(seed);
  const coin = Float64Array.from({ length: ROWS }, () => random.int(2));
  const candidates = chances.map((chance): Predictions => {
    const answers = Array.from(coin, (value) => (random.uniform() < chance ? value : 1 - value));
    return {
      rowCount: ROWS,
      probabilities: Float64Array.from(answers.flatMap((yes) => (yes ? [0.4, 0.6] : [0.6, 0.4]))),
      labels: answers.map((yes) => (yes ? 'yes' : 'no')),
    };
  });
  return { truth: { kind: 'classes', index: Int32Array.from(coin) } as Truth, candidates };
}

const plainOf = (truth: Truth, predictions: Predictions): number =>
  evaluatePredictions({ task, truth, predictions, metrics: METRICS, samples: 0, seed: 1 }).metrics[0]?.value as number;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value / values.length, 0);

test('of fifty models that guess, the best seems better than a coin, and corrected it is one', () => {
  const trials = Array.from({ length: 20 }, (_, i) => trial(100 + i, new Array(50).fill(0.5)));
  const plain = trials.map(({ truth, candidates }) => Math.max(...candidates.map((one) => plainOf(truth, one))));
  const corrected = trials.map(({ truth, candidates }) => {
    const [accuracy] = measureAfterChoice({ task, truth, candidates, metrics: METRICS, samples: 200, seed: 1 });
    expect(accuracy?.low).toBeLessThan(0.5);
    expect(accuracy?.high).toBeGreaterThan(0.5);
    return accuracy?.value as number;
  });
  // the best of 50 means of 200 coins stands 2.25 standard errors of 0.035 above 0.5
  expect(mean(plain)).toBeGreaterThan(0.56);
  expect(Math.abs(mean(corrected) - 0.5)).toBeLessThan(0.02);
});

test('where one model is clearly best there is nothing to correct', () => {
  const trials = Array.from({ length: 20 }, (_, i) => trial(200 + i, [0.9, 0.5, 0.5]));
  const off = trials.map(({ truth, candidates }) => {
    const [accuracy] = measureAfterChoice({ task, truth, candidates, metrics: METRICS, samples: 200, seed: 1 });
    return (accuracy?.value as number) - plainOf(truth, candidates[0] as Predictions);
  });
  for (const difference of off) expect(Math.abs(difference)).toBeLessThan(0.01);
});

test('by hand: of two rows, the models are chosen by the one drawn and scored on the other', () => {
  // a is right on row 0 only, b on row 1 only: whatever row is drawn twice, its winner is wrong on the other
  const answer = (...labels: string[]): Predictions => ({
    rowCount: 2,
    labels,
    probabilities: Float64Array.from(labels.flatMap((label) => (label === 'yes' ? [0, 1] : [1, 0]))),
  });
  const truth = { kind: 'classes', index: Int32Array.of(1, 1) } as Truth;
  const input = { task, truth, candidates: [answer('yes', 'no'), answer('no', 'yes')], metrics: ['accuracy'], seed: 1 };
  expect(measureAfterChoice({ ...input, samples: 0 })).toEqual([]);
  // half of the draws are of both rows and leave none to score on
  expect(measureAfterChoice({ ...input, samples: 100 })).toMatchObject([{ value: null, low: null, high: null }]);
  const thrice = { ...truth, index: new Int32Array(60).fill(1) } as Truth;
  const many = (one: Predictions): Predictions => ({
    rowCount: 60,
    labels: Array.from({ length: 60 }, (_, row) => one.labels?.[Math.floor(row / 30)] as string),
    probabilities: Float64Array.from({ length: 120 }, (_, at) => one.probabilities?.[2 * Math.floor(at / 60) + (at % 2)] as number),
  });
  const [accuracy] = measureAfterChoice({ ...input, truth: thrice, candidates: input.candidates.map(many), samples: 500 });
  // in-bag and out-of-bag shares move against each other: the winner of a draw is below one half on what it left
  expect(accuracy?.value).toBeLessThan(0.5);
});
