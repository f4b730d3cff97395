/** Every loss with settings against its formula in plain JavaScript, and its gradient against central differences of that formula. */
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../autodiff/differentiate.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { optimizers } from '../../optim/index.ts';
import { createSession } from '../../runtime/session.ts';
import { tensorOf } from '../../tensor/make.ts';
import { createRandom } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { batchesOf, fit } from '../../train/index.ts';
import { layers, sequential } from '../index.ts';
import { type Loss, losses } from './index.ts';

interface Case {
  readonly loss: Loss;
  readonly shape: readonly number[];
  readonly target: Tensor;
  /** The loss of an output given as rows of numbers. */
  formula(rows: readonly (readonly number[])[]): number;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const logSoftmax = (z: readonly number[]): number[] => z.map((value) => value - Math.log(sum(z.map(Math.exp))));
const squared = (a: readonly number[], b: readonly number[]): number => sum(a.map((value, i) => (value - (b[i] as number)) ** 2));
const cosine = (a: readonly number[], b: readonly number[]): number =>
  sum(a.map((value, i) => value * (b[i] as number))) / Math.hypot(...a) / Math.hypot(...b);
/** A row that holds `count` vectors. */
const vectors = (row: readonly number[], count: number): number[][] =>
  Array.from({ length: count }, (_, i) => row.slice((i * row.length) / count, ((i + 1) * row.length) / count));

const classes = [2, 0, 1, 1];
const classTarget = tensorOf('int64', [4], classes);
const numbers = [0.3, -1.2, 2.5, 0.1];
const numberTarget = tensorOf('float32', [4], numbers);
const binary = [1, 0, 0, 1];
const binaryTarget = tensorOf('float32', [4], binary);
const distributions = [0.2, 0.3, 0.5, 0, 1, 0, 0.6, 0.2, 0.2, 0.1, 0.1, 0.8];
const errors = (rows: readonly (readonly number[])[]): number[] => rows.map((row, i) => (numbers[i] as number) - (row[0] as number));

const cases: Record<string, Case> = {
  'cross-entropy with label smoothing': {
    loss: losses.crossEntropy({ labelSmoothing: 0.1 }),
    shape: [4, 3],
    target: classTarget,
    formula: (rows) => mean(rows.map((z, i) => -0.9 * (logSoftmax(z)[classes[i] as number] as number) - 0.1 * mean(logSoftmax(z)))),
  },
  'cross-entropy with class weights and label smoothing': {
    loss: losses.crossEntropy({ labelSmoothing: 0.2, classWeights: [1, 2, 0.5] }),
    shape: [4, 3],
    target: classTarget,
    formula(rows) {
      const weights = [1, 2, 0.5];
      const terms = rows.map((z, i) => {
        const [logp, y] = [logSoftmax(z), classes[i] as number];
        return -0.8 * (weights[y] as number) * (logp[y] as number) - 0.2 * mean(logp.map((value, c) => value * (weights[c] as number)));
      });
      return sum(terms) / sum(classes.map((y) => weights[y] as number));
    },
  },
  'binary cross-entropy with label smoothing and a weight': {
    loss: {
      name: 'fromLogits',
      build: (g, { output }, target) =>
        losses
          .binaryCrossEntropy({ labelSmoothing: 0.1, positiveWeight: 3 })
          .build(g, { output: g.sigmoid(output), activation: { name: 'sigmoid', logits: output } }, target),
    },
    shape: [4, 1],
    target: binaryTarget,
    formula: (rows) =>
      mean(
        rows.map(([z = 0], i) => {
          const [hard, p] = [binary[i] as number, 1 / (1 + Math.exp(-z))];
          const y = 0.9 * hard + 0.05;
          return -(hard === 1 ? 3 : 1) * (y * Math.log(p) + (1 - y) * Math.log(1 - p));
        }),
      ),
  },
  focal: {
    loss: losses.focal({ gamma: 1.5 }),
    shape: [4, 3],
    target: classTarget,
    formula: (rows) =>
      mean(
        rows.map((z, i) => {
          const logp = logSoftmax(z)[classes[i] as number] as number;
          return -((1 - Math.exp(logp)) ** 1.5) * logp;
        }),
      ),
  },
  'mean absolute error': {
    loss: losses.meanAbsoluteError(),
    shape: [4, 1],
    target: numberTarget,
    formula: (rows) => mean(errors(rows).map(Math.abs)),
  },
  huber: {
    loss: losses.huber({ delta: 0.7 }),
    shape: [4, 1],
    target: numberTarget,
    formula: (rows) => mean(errors(rows).map((e) => (Math.abs(e) <= 0.7 ? 0.5 * e * e : 0.7 * (Math.abs(e) - 0.35)))),
  },
  quantile: {
    loss: losses.quantile({ quantile: 0.9 }),
    shape: [4, 1],
    target: numberTarget,
    formula: (rows) => mean(errors(rows).map((e) => (e > 0 ? 0.9 * e : -0.1 * e))),
  },
  hinge: {
    loss: losses.hinge(),
    shape: [4, 1],
    target: binaryTarget,
    formula: (rows) => mean(rows.map(([z = 0], i) => Math.max(0, 1 - (binary[i] === 1 ? z : -z)))),
  },
  contrastive: {
    loss: losses.contrastive({ margin: 3 }),
    shape: [4, 2, 3],
    target: binaryTarget,
    formula: (rows) =>
      mean(
        rows.map((row, i) => {
          const [a = [], b = []] = vectors(row, 2);
          return binary[i] === 1 ? squared(a, b) : Math.max(0, 3 - Math.sqrt(squared(a, b))) ** 2;
        }),
      ),
  },
  triplet: {
    loss: losses.triplet({ margin: 1 }),
    shape: [4, 3, 2],
    target: binaryTarget,
    formula: (rows) =>
      mean(
        rows.map((row) => {
          const [a = [], p = [], n = []] = vectors(row, 3);
          return Math.max(0, squared(a, p) - squared(a, n) + 1);
        }),
      ),
  },
  InfoNCE: {
    loss: losses.infoNce({ temperature: 0.5 }),
    shape: [4, 2, 3],
    target: binaryTarget,
    formula(rows) {
      const pairs = rows.map((row) => vectors(row, 2) as [number[], number[]]);
      const scores = pairs.map(([a]) => pairs.map(([, b]) => cosine(a, b) / 0.5));
      const forth = scores.map((row, i) => logSoftmax(row)[i] as number);
      const back = scores.map((_, i) => logSoftmax(scores.map((row) => row[i] as number))[i] as number);
      return -(mean(forth) + mean(back)) / 2;
    },
  },
  'Kullback–Leibler': {
    loss: losses.klDivergence(),
    shape: [4, 3],
    target: tensorOf('float32', [4, 3], distributions),
    formula: (rows) =>
      mean(
        rows.map((z, i) =>
          sum(
            logSoftmax(z).map((logq, c) => {
              const t = distributions[3 * i + c] as number;
              return t === 0 ? 0 : t * (Math.log(t) - logq);
            }),
          ),
        ),
      ),
  },
};

describe.each(Object.entries(cases))('%s', (_, { loss, shape, target, formula }) => {
  test('is its formula, and so is its gradient', async () => {
    const random = createRandom(4);
    const x = tensorOf(
      'float32',
      shape,
      Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
    );
    const width = x.data.length / 4;
    const at = (values: readonly number[]): number => formula([0, 1, 2, 3].map((row) => values.slice(row * width, (row + 1) * width)));
    const { value, gradient } = await run(loss, x, target);
    const point = Array.from(x.data);
    expect(value).toBeCloseTo(at(point), 5);
    const numeric = point.map((_, i) => {
      const moved = (by: number): number[] => point.map((p, j) => (i === j ? p + by : p));
      return (at(moved(1e-5)) - at(moved(-1e-5))) / 2e-5;
    });
    expect(gradient).toEqual(numeric.map((slope) => expect.closeTo(slope, 4)));
  });
});

test('what cannot be a setting or an output is refused', () => {
  const withOutput = (loss: Loss, shape: readonly number[]) => () => {
    const g = new GraphBuilder();
    loss.build(g, { output: g.input('x', { dtype: 'float32', shape }) }, g.input('t', { dtype: 'int64', shape: [2] }));
  };
  const refusals: [string, () => unknown][] = [
    ['LOSS_SETTING', () => losses.crossEntropy({ labelSmoothing: 1 })],
    ['LOSS_SETTING', () => losses.huber({ delta: 0 })],
    ['LOSS_SETTING', () => losses.quantile({ quantile: 1 })],
    ['LOSS_SETTING', () => losses.focal({ gamma: -1 })],
    ['LOSS_CLASS_WEIGHTS', withOutput(losses.crossEntropy({ classWeights: [1, 2] }), [2, 3])],
    ['LOSS_SHAPE', withOutput(losses.triplet(), [2, 2, 3])],
    ['LOSS_CTC', () => losses.ctc()],
  ];
  for (const [code, make] of refusals) expect(make).toThrow(expect.objectContaining({ code }));
});

test('equal vectors have a finite gradient', async () => {
  const { gradient } = await run(losses.contrastive(), tensorOf('float32', [1, 2, 2]), tensorOf('float32', [1], [0]));
  expect(gradient.every(Number.isFinite)).toBe(true);
});

async function run(loss: Loss, x: Tensor<'float32'>, target: Tensor): Promise<{ value: number; gradient: number[] }> {
  const g = new GraphBuilder();
  const output = g.input('x', { dtype: 'float32', shape: x.shape });
  const values = loss.build(g, { output }, g.input('target', { dtype: target.dtype, shape: target.shape }));
  g.output(values.loss, 'loss');
  const session = await createSession(differentiate(g.model(), { loss: 'loss', wrt: ['x'] }));
  const results = await session.run({ x, target });
  await session.close();
  return { value: Number(results.loss?.data[0]), gradient: Array.from(results['grad:x']?.data as Float32Array) };
}

test('an encoder of pairs trains, though the loss reads no target', async () => {
  const random = createRandom(2);
  const x = tensorOf(
    'float32',
    [32, 2, 3],
    Array.from({ length: 32 }, () => [random.normal(), random.normal(), 0]).flatMap(([a = 0, b = 0]) => [a, b, 0, a, b, 1]),
  );
  const { history } = await fit(
    sequential([layers.dense({ units: 4 })]),
    batchesOf({ x, y: tensorOf('float32', [32]) }, { batchSize: 16, seed: 1 }),
    { loss: losses.infoNce(), optimizer: optimizers.adam({ learningRate: 0.05 }), epochs: 20, seed: 1, threads: 1 },
  );
  expect(history.at(-1)?.loss).toBeLessThan((history[0]?.loss as number) / 2);
});
