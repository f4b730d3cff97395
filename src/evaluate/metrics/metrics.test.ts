import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Task } from '../../model/predictor.ts';
import { bootstrap } from '../bootstrap.ts';
import { measure } from '../measure.ts';
import type { Metric, Scorer } from '../metric.ts';
import { type ClassSample, type Sample, sampleOf, selectSample, type ValueSample } from '../sample.ts';
import { defaultMetrics, metricFor, metricNames, metrics } from './index.ts';

/**
 * Values that scikit-learn 1.2.1 computed (`accuracy_score` … `r2_score`; ROC AUC one-vs-rest; `average_precision_score`; ECE and the
 * Brier score of several classes by their formulas in NumPy), for 120 rows drawn with `default_rng(11)`: binary scores rounded to two
 * digits so that ties occur, four classes with softmax probabilities, and a regression.
 */
const oracle = JSON.parse(readFileSync(new URL('../fixtures/scikit-learn.json', import.meta.url), 'utf8')) as {
  binary: { truth: number[]; positive: number[]; values: Record<string, number> };
  multiclass: { truth: number[]; probabilities: number[]; classes: number; values: Record<string, number> };
  regression: { truth: number[]; predicted: number[]; values: Record<string, number> };
};

const binaryTask: Task = { kind: 'binary', target: 'churn', classes: ['no', 'yes'], positive: 'yes' };

function binarySample(truth: readonly number[], positive: readonly number[]): ClassSample {
  const probabilities = Float64Array.from(positive.flatMap((p) => [1 - p, p]));
  const index = Int32Array.from(truth);
  return sampleOf(binaryTask, { kind: 'classes', index }, { rowCount: truth.length, probabilities }) as ClassSample;
}

function valueSample(truth: readonly number[], predicted: readonly number[]): ValueSample {
  const task: Task = { kind: 'regression', target: 'price' };
  const values = Float64Array.from(predicted);
  return sampleOf(task, { kind: 'values', values: Float64Array.from(truth) }, { rowCount: truth.length, values }) as ValueSample;
}

function multiclassSample(): Sample {
  const { truth, probabilities, classes } = oracle.multiclass;
  const task: Task = { kind: 'multiclass', target: 'topic', classes: Array.from({ length: classes }, (_, i) => `class ${i}`) };
  return sampleOf(
    task,
    { kind: 'classes', index: Int32Array.from(truth) },
    { rowCount: truth.length, probabilities: Float64Array.from(probabilities) },
  );
}

const samples: readonly { kind: keyof typeof oracle; sample: Sample }[] = [
  { kind: 'binary', sample: binarySample(oracle.binary.truth, oracle.binary.positive) },
  { kind: 'multiclass', sample: multiclassSample() },
  { kind: 'regression', sample: valueSample(oracle.regression.truth, oracle.regression.predicted) },
];

describe.each(samples)('$kind', ({ kind, sample }) => {
  const expected = oracle[kind].values;

  test('the stored values cover every metric of the task', () => {
    const ofTask = metricNames.filter((name) => (metrics[name] as Metric).tasks.includes(kind));
    expect(Object.keys(expected).toSorted()).toEqual(ofTask.toSorted());
  });

  test.each(Object.keys(expected))('%s agrees with scikit-learn', (name) => {
    expect(scoreOf(name, sample)).toBeCloseTo(expected[name] as number, 12);
  });

  test.each(Object.keys(expected))('%s of a weighting is that of the repeated rows', (name) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: sample.rowCount - 1 }), { minLength: 1, maxLength: 40 }), (drawn) => {
        const weights = new Uint32Array(sample.rowCount);
        for (const row of drawn) weights[row] = (weights[row] as number) + 1;
        const weighted = score(name, sample)(weights);
        const repeated = scoreOf(name, selectSample(sample, drawn));
        if (typeof weighted !== 'number') expect(repeated).toBeNull();
        else expect(repeated).toBeCloseTo(weighted, 10);
      }),
      { seed: 5, numRuns: 40 },
    );
  });
});

const labels = fc.array(fc.record({ y: fc.integer({ min: 0, max: 1 }), p: fc.integer({ min: 0, max: 20 }) }), {
  minLength: 1,
  maxLength: 60,
});

test('ROC AUC is the share of pairs won, ties counting half', () => {
  fc.assert(
    fc.property(labels, (rows) => {
      const positives = rows.filter(({ y }) => y === 1);
      const negatives = rows.filter(({ y }) => y === 0);
      const auc = scoreOf(
        'roc_auc',
        binarySample(
          rows.map(({ y }) => y),
          rows.map(({ p }) => p / 20),
        ),
      );
      if (positives.length === 0 || negatives.length === 0) {
        expect(auc).toBeNull();
        return;
      }
      let wins = 0;
      for (const a of positives) for (const b of negatives) wins += a.p > b.p ? 1 : a.p === b.p ? 0.5 : 0;
      expect(auc).toBeCloseTo(wins / (positives.length * negatives.length), 12);
    }),
    { seed: 5 },
  );
});

test('a value is a finite number or comes with its reason, whatever the rows', () => {
  fc.assert(
    fc.property(labels, (rows) => {
      const truth = rows.map(({ y }) => y);
      const sample = binarySample(
        truth,
        rows.map(({ p }) => p / 20),
      );
      const { measured } = measure(sample, defaultMetrics.binary, { samples: 5, seed: 1 });
      for (const { value, reason } of measured) {
        if (value === null) expect(reason).toMatch(/\w+ \w+/);
        else expect(Number.isFinite(value)).toBe(true);
      }
    }),
    { seed: 5 },
  );
});

test('four rows, worked by hand', () => {
  const sample = binarySample([0, 0, 1, 1], [0.1, 0.6, 0.35, 0.8]); // one false alarm, one miss, pairs won: 3 of 4
  expect(scoreOf('accuracy', sample)).toBe(0.5);
  expect(scoreOf('precision', sample)).toBe(0.5);
  expect(scoreOf('recall', sample)).toBe(0.5);
  expect(scoreOf('f1', sample)).toBe(0.5);
  expect(scoreOf('mcc', sample)).toBe(0);
  expect(scoreOf('roc_auc', sample)).toBe(0.75);
  expect(scoreOf('pr_auc', sample)).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(scoreOf('log_loss', sample)).toBeCloseTo(-(Math.log(0.9) + Math.log(0.4) + Math.log(0.35) + Math.log(0.8)) / 4, 12);
  expect(scoreOf('brier', sample)).toBeCloseTo((0.01 + 0.36 + 0.4225 + 0.04) / 4, 12);
  expect(scoreOf('ece', sample)).toBeCloseTo((0.1 + 0.6 + 0.65 + 0.2) / 4, 12); // each row alone in its bin
});

test('undefined cases come as null with the reason', () => {
  const onlyNegative = binarySample([0, 0, 0], [0.2, 0.3, 0.4]);
  const named = (name: string, sample: Sample) => measure(sample, [name], { samples: 20, seed: 1 }).measured[0];
  expect(named('roc_auc', onlyNegative)).toMatchObject({
    value: null,
    low: null,
    high: null,
    reason: expect.stringContaining('one class'),
  });
  expect(named('precision', onlyNegative)).toMatchObject({ value: null, reason: 'no row is predicted positive' });
  expect(named('recall', onlyNegative)).toMatchObject({ value: null, reason: 'no row is positive' });
  expect(named('mcc', onlyNegative)).toMatchObject({ value: 0 });
  expect(named('mape', valueSample([0, 1], [1, 1]))).toMatchObject({ value: null, reason: expect.stringContaining('0') });
  expect(named('r2', valueSample([2, 2], [1, 3]))).toMatchObject({ value: null, reason: expect.stringContaining('equal') });
});

test('a sure and wrong probability costs a finite log loss', () => {
  expect(scoreOf('log_loss', binarySample([1], [0]))).toBeCloseTo(-Math.log(1e-15), 6);
});

test('rows without a label are left out', () => {
  const sample = binarySample([0, -1, 1, -1], [0.2, 0.9, 0.7, 0.1]);
  expect(Array.from(sample.rows)).toEqual([0, 2]);
  expect(scoreOf('accuracy', sample)).toBe(1);
});

test('an unknown metric is refused with the nearest name, a foreign one with those of the task', () => {
  expect(() => metricFor('acuracy', 'binary')).toThrow(
    expect.objectContaining({ code: 'METRIC_UNKNOWN', fix: expect.stringContaining('accuracy') }),
  );
  expect(() => metricFor('__proto__', 'binary')).toThrow(expect.objectContaining({ code: 'METRIC_UNKNOWN' }));
  expect(() => metricFor('mae', 'binary')).toThrow(
    expect.objectContaining({ code: 'METRIC_NOT_FOR_TASK', fix: expect.stringContaining('roc_auc') }),
  );
});

test('resamples are the same for the same seed and differ for another', () => {
  const scorer = score('accuracy', samples[0]?.sample as Sample);
  const draw = (seed: number) => Array.from(bootstrap([scorer], 120, 50, seed)[0] as Float64Array);
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

function score(name: string, sample: Sample): Scorer {
  const { metric } = metricFor(name, sample.task.kind);
  return metric.kind === 'classes' ? metric.prepare(sample as ClassSample) : metric.prepare(sample as ValueSample);
}

function scoreOf(name: string, sample: Sample): number | null {
  const value = score(name, sample)(new Uint32Array(sample.rowCount).fill(1));
  return typeof value === 'number' ? value : null;
}
