import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Table } from '../data/table.ts';
import { createRandom } from '../engine/tensor/random.ts';
import type { Predictions, Task } from '../model/predictor.ts';
import { percentileInterval, quantile } from './bootstrap.ts';
import { calibrationBins } from './calibration.ts';
import { confusionMatrix, rocCurve } from './curves.ts';
import { type EvaluationInput, evaluatePredictions } from './evaluate.ts';
import { measure } from './measure.ts';
import { type ClassSample, sampleOf } from './sample.ts';

const task: Task = { kind: 'binary', target: 'churn', classes: ['no', 'yes'], positive: 'yes' };

/** Rows of which a third is positive, scored with the given separation. */
function rows(count: number, separation: number, seed: number): { index: Int32Array; predictions: Predictions } {
  const random = createRandom(seed);
  const index = Int32Array.from({ length: count }, () => (random.uniform() < 1 / 3 ? 1 : 0));
  return { index, predictions: scored(index, separation, seed + 1) };
}

function scored(index: Int32Array, separation: number, seed: number): Predictions {
  const random = createRandom(seed);
  const scores = Array.from(index, (y) => 1 / (1 + Math.exp(-(separation * (y - 0.5) + random.normal()))));
  return { rowCount: index.length, probabilities: Float64Array.from(scores.flatMap((p) => [1 - p, p])) };
}

function inputOf(overrides: Partial<EvaluationInput> = {}): EvaluationInput {
  const { index, predictions } = rows(300, 2, 1);
  return { task, truth: { kind: 'classes', index }, predictions, samples: 200, seed: 7, ...overrides };
}

test('an evaluation is plain JSON and the same for the same seed', () => {
  const once = evaluatePredictions(inputOf());
  expect(JSON.parse(JSON.stringify(once))).toEqual(once);
  expect(evaluatePredictions(inputOf())).toEqual(once);
  expect(evaluatePredictions(inputOf({ seed: 8 })).metrics).not.toEqual(once.metrics);
});

test('intervals hold the value and narrow with more rows', () => {
  const width = (count: number): number => {
    const { index, predictions } = rows(count, 2, 3);
    const [accuracy] = evaluatePredictions(inputOf({ truth: { kind: 'classes', index }, predictions })).metrics;
    const { value, low, high } = accuracy as { value: number; low: number; high: number };
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
    return high - low;
  };
  expect(width(2000)).toBeLessThan(width(100) / 2);
});

test('the bootstrap interval of a share agrees with its closed form', () => {
  const { index, predictions } = rows(1000, 2, 5);
  const [accuracy] = evaluatePredictions(inputOf({ truth: { kind: 'classes', index }, predictions, samples: 2000 })).metrics;
  const { value, low, high } = accuracy as { value: number; low: number; high: number };
  const reach = 1.96 * Math.sqrt((value * (1 - value)) / 1000); // binomial, normal approximation
  expect(low).toBeCloseTo(value - reach, 2);
  expect(high).toBeCloseTo(value + reach, 2);
});

test('a model against itself differs by exactly nothing; against chance it is better', () => {
  const input = inputOf();
  const chance: Predictions = { rowCount: 300, probabilities: Float64Array.from({ length: 600 }, (_, at) => (at % 2 === 0 ? 0.67 : 0.33)) };
  const { comparisons } = evaluatePredictions({
    ...input,
    baselines: [
      { name: 'itself', predictions: input.predictions },
      { name: 'chance', predictions: chance },
    ],
  });
  const [itself, against] = comparisons;
  for (const { value, low, high, verdict } of itself?.differences ?? [])
    expect({ value, low, high, verdict }).toEqual({ value: 0, low: 0, high: 0, verdict: 'unclear' });
  const verdicts = new Map(against?.differences.map(({ metric, verdict }) => [metric, verdict]));
  expect(verdicts.get('roc_auc')).toBe('better');
  expect(verdicts.get('log_loss')).toBe('better'); // lower is better there
  expect(against?.differences.find(({ metric }) => metric === 'precision')).toMatchObject({ value: null, verdict: 'unclear' });
});

test('paired differences are narrower than the two intervals would suggest', () => {
  const { index, predictions } = rows(500, 2, 9);
  const nearly: Predictions = { rowCount: 500, probabilities: (predictions.probabilities as Float64Array).map((p) => 0.98 * p + 0.01) };
  const { metrics, comparisons } = evaluatePredictions(
    inputOf({ truth: { kind: 'classes', index }, predictions, baselines: [{ name: 'nearly', predictions: nearly }] }),
  );
  const brier = metrics.find(({ metric }) => metric === 'brier') as { low: number; high: number };
  const difference = comparisons[0]?.differences.find(({ metric }) => metric === 'brier') as { low: number; high: number };
  expect(difference.high - difference.low).toBeLessThan((brier.high - brier.low) / 4);
});

test('the confusion matrix, ROC curve and calibration bins of four rows, by hand', () => {
  const truth = { kind: 'classes', index: Int32Array.of(0, 0, 1, 1) } as const;
  const predictions: Predictions = { rowCount: 4, probabilities: Float64Array.of(0.9, 0.1, 0.4, 0.6, 0.65, 0.35, 0.2, 0.8) };
  const sample = sampleOf(task, truth, predictions) as ClassSample;
  expect(confusionMatrix(sample).counts).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(rocCurve(sample)).toEqual([
    { x: 0, y: 0 },
    { x: 0, y: 0.5 },
    { x: 0.5, y: 0.5 },
    { x: 0.5, y: 1 },
    { x: 1, y: 1 },
  ]);
  const filled = calibrationBins(sample).filter(({ count }) => count > 0);
  expect(filled.map(({ claimed, observed }) => [claimed, observed])).toEqual([
    [0.1, 0],
    [0.35, 1],
    [0.6, 0],
    [0.8, 1],
  ]);
});

test('calibration bins weigh up to the calibration error, whatever the scores', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ y: fc.integer({ min: 0, max: 1 }), p: fc.double({ min: 0, max: 1, noNaN: true }) }), { minLength: 1 }),
      (drawn) => {
        const index = Int32Array.from(drawn, ({ y }) => y);
        const predictions = { rowCount: drawn.length, probabilities: Float64Array.from(drawn.flatMap(({ p }) => [1 - p, p])) };
        const sample = sampleOf(task, { kind: 'classes', index }, predictions) as ClassSample;
        const gap = calibrationBins(sample).reduce(
          (total, { count, claimed, observed }) => total + count * Math.abs((claimed ?? 0) - (observed ?? 0)),
          0,
        );
        expect(measure(sample, ['ece'], { samples: 0, seed: 0 }).measured[0]?.value).toBeCloseTo(gap / drawn.length, 10);
      },
    ),
    { seed: 5 },
  );
});

test('slices part the rows: by category, boolean, number with gaps, and length of text', () => {
  const count = 300;
  const table: Table = {
    rowCount: count,
    columns: [
      {
        name: '__proto__',
        type: 'category',
        values: Array.from({ length: count }, (_, row) => (row % 5 === 0 ? null : `kind ${row % 3}`)),
      },
      { name: 'vip', type: 'boolean', values: Float64Array.from({ length: count }, (_, row) => (row % 2 === 0 ? 1 : 0)) },
      { name: 'age', type: 'integer', values: Float64Array.from({ length: count }, (_, row) => (row % 10 === 0 ? Number.NaN : row)) },
      { name: 'message', type: 'text', values: Array.from({ length: count }, (_, row) => 'word '.repeat(row % 7)) },
      { name: 'id', type: 'id', values: Array.from({ length: count }, (_, row) => `id ${row}`) },
    ],
  };
  const { slices } = evaluatePredictions(inputOf({ table, slices: ['__proto__', 'vip', 'age', 'message'], samples: 20 }));
  for (const column of ['__proto__', 'vip', 'age', 'message']) {
    const ofColumn = slices.filter((slice) => slice.column === column);
    expect(ofColumn.reduce((total, { rowCount }) => total + rowCount, 0)).toBe(count);
  }
  expect(slices.filter(({ column }) => column === '__proto__').map(({ value }) => value)).toContain('(missing)');
  expect(slices.filter(({ column }) => column === 'age').map(({ value }) => value)).toContain('(missing)');
  expect(() => evaluatePredictions(inputOf({ table, slices: ['vpi'] }))).toThrow(
    expect.objectContaining({ code: 'SLICE_COLUMN_UNKNOWN', fix: expect.stringContaining('vip') }),
  );
  expect(() => evaluatePredictions(inputOf({ table, slices: ['id'] }))).toThrow(expect.objectContaining({ code: 'SLICE_COLUMN_TYPE' }));
});

test('a slice by a list holds the rows that have the item: a row is in the slice of each of its items', () => {
  const count = 300;
  const tags = Array.from({ length: count }, (_, row): string[] | null => {
    if (row % 10 === 0) return null;
    if (row % 10 === 1) return [];
    return [`tag ${row % 3}`, ...(row % 2 === 0 ? ['even', 'even'] : []), `rare ${row % 60}`];
  });
  const table: Table = { rowCount: count, columns: [{ name: 'tags', type: 'list', values: tags }] };
  const { slices } = evaluatePredictions(inputOf({ table, slices: ['tags'], samples: 20 }));
  const rowsOf = (value: string) => slices.find((slice) => slice.value === value)?.rowCount;
  expect(rowsOf('(missing)')).toBe(30);
  expect(rowsOf('(no items)')).toBe(30);
  expect(rowsOf('even')).toBe(tags.filter((items) => items?.includes('even')).length);
  expect(rowsOf('tag 1')).toBe(tags.filter((items) => items?.includes('tag 1')).length);
  expect(slices).toHaveLength(22); // twenty items or the missing, the rarer ones together, the empty lists
  const shown = new Set(slices.map(({ value }) => value));
  expect(slices.find(({ value }) => value.endsWith('rarer values)'))?.rowCount).toBe(
    tags.filter((items) => items?.some((item) => !shown.has(item))).length,
  );
});

test('the worst mistakes are the surest wrong rows, numbered in the table that was given', () => {
  const truth = { kind: 'classes', index: Int32Array.of(-1, 0, 1, 0) } as const;
  const predictions: Predictions = { rowCount: 4, probabilities: Float64Array.of(0, 1, 0.1, 0.9, 0.6, 0.4, 0.7, 0.3) };
  const evaluation = evaluatePredictions(inputOf({ truth, predictions, samples: 10 }));
  expect(evaluation.unlabelled).toBe(1);
  expect(evaluation.mistakes).toEqual([
    { kind: 'class', row: 1, truth: 'no', predicted: 'yes', confidence: 0.9 },
    { kind: 'class', row: 2, truth: 'yes', predicted: 'no', confidence: 0.6 },
  ]);
});

test('rows without any truth are refused', () => {
  const truth = { kind: 'classes', index: new Int32Array(300).fill(-1) } as const;
  expect(() => evaluatePredictions(inputOf({ truth }))).toThrow(expect.objectContaining({ code: 'EVALUATE_NO_LABELS' }));
});

test('predictions that do not fit the truth are a fault of ours, and say so', () => {
  const truth = { kind: 'classes', index: new Int32Array(3) } as const;
  expect(() => evaluatePredictions(inputOf({ truth }))).toThrow(expect.objectContaining({ code: 'EVALUATE_MISMATCH', kind: 'internal' }));
});

test('quantiles interpolate, and an interval needs nearly all resamples', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(percentileInterval(Float64Array.of(1, 2, 3, Number.NaN))).toEqual({ low: null, high: null });
});
