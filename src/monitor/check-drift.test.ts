import { describe, expect, test } from 'vitest';
import type { Column, Table } from '../data/table.ts';
import { createRandom } from '../engine/tensor/random.ts';
import { sampleOf } from '../evaluate/index.ts';
import type { Predictions, Signature, Task } from '../model/predictor.ts';
import { checkDrift } from './check-drift.ts';
import { checkQuality } from './check-quality.ts';
import { fitReference, type Reference } from './reference.ts';

const task: Task = { kind: 'binary', target: 'churn', classes: ['no', 'yes'], positive: 'yes' };
const WORDS = Array.from({ length: 400 }, (_, i) => `word${i}`);

interface Traffic {
  readonly table: Table;
  readonly predictions: Predictions;
  readonly index: Int32Array;
}

/** What a window of traffic can have changed in it. */
interface Change {
  readonly income?: number;
  readonly missing?: number;
  readonly channel?: string;
  readonly words?: number;
  readonly vocabulary?: string;
  readonly score?: number;
  readonly wrong?: number;
}

function traffic(rowCount: number, seed: number, change: Change = {}): Traffic {
  const random = createRandom(seed);
  const each = <T>(make: (row: number) => T): T[] => Array.from({ length: rowCount }, (_, row) => make(row));
  const text = (): string => {
    const length = Math.max(1, Math.round((change.words ?? 1) * (10 + 20 * random.uniform())));
    return Array.from({ length }, () => `${change.vocabulary ?? ''}${WORDS[Math.floor(400 * random.uniform() ** 2)]}`).join(' ');
  };
  const columns: Column[] = [
    { name: 'customer', type: 'id', values: each((row) => `c${seed}-${row}`) },
    { name: 'opened_at', type: 'time', values: Float64Array.from(each((row) => seed * 1e9 + row)) },
    {
      name: 'income',
      type: 'number',
      values: Float64Array.from(
        each(() => (random.uniform() < (change.missing ?? 0.05) ? Number.NaN : Math.exp(random.normal()) + (change.income ?? 0))),
      ),
    },
    {
      name: '__proto__',
      type: 'category',
      values: each(() => (random.uniform() < 0.5 ? 'web' : (change.channel ?? ['mail', 'shop'][random.int(2)] ?? ''))),
    },
    { name: 'vip', type: 'boolean', values: Float64Array.from(each(() => random.int(2))) },
    { name: 'message', type: 'text', values: each(text) },
    {
      name: 'photo',
      type: 'image',
      height: 2,
      width: 2,
      channels: 1,
      pixels: Uint8Array.from({ length: rowCount * 4 }, () => random.int(256)),
    },
  ];
  const index = Int32Array.from(each(() => random.int(2)));
  const scores = each((row) => {
    const truth = random.uniform() < (change.wrong ?? 0.15) ? 1 - (index[row] as number) : (index[row] as number);
    return 1 / (1 + Math.exp(-(2 * (truth - 0.5) + 0.5 * random.normal() + (change.score ?? 0))));
  });
  const predictions: Predictions = {
    rowCount,
    probabilities: Float64Array.from(scores.flatMap((p) => [1 - p, p])),
    labels: scores.map((p) => (p > 0.5 ? 'yes' : 'no')),
  };
  return { table: { rowCount, columns }, predictions, index };
}

const signature: Signature = {
  inputs: traffic(1, 0).table.columns.map(({ name, type }) => ({ name, type, nullable: true })),
  task,
};

function referenceOf({ table, predictions, index }: Traffic): Reference {
  const reference = fitReference({ table, predictions, signature, truth: { kind: 'classes', index }, now: '2026-01-01T00:00:00.000Z' });
  return JSON.parse(JSON.stringify(reference)) as Reference;
}

const small = referenceOf(traffic(800, 1));
const large = referenceOf(traffic(1500, 2));

describe.each([
  { size: 'small', reference: small },
  { size: 'large', reference: large },
])('$size reference', ({ reference }) => {
  test('undrifted windows of the same kind raise no more alarms than one in twenty', () => {
    const alarms = Array.from({ length: 60 }, (_, i) => checkDrift(reference, traffic(400, 100 + i))).filter(({ checks }) =>
      checks.some((check) => check.drifted),
    );
    expect(alarms.length).toBeLessThanOrEqual(3);
  });

  test.each<[string, string, Change]>([
    ['income', 'value', { income: 0.8 }],
    ['income', 'missing', { missing: 0.4 }],
    ['__proto__', 'value', { channel: 'mail' }],
    ['__proto__', 'unseen categories', { channel: 'robot' }],
    ['message', 'length in words', { words: 0.3 }],
    ['message', 'share of unseen words', { vocabulary: 'neo' }],
    ['churn', 'probability of the positive class', { score: 1 }],
    ['churn', 'predicted classes', { score: 2 }],
  ])('a change of %s is seen in its %s', (name, feature, change) => {
    const { checks } = checkDrift(reference, traffic(400, 77, change));
    const check = checks.find((candidate) => candidate.name === name && candidate.feature === feature);
    expect(check).toMatchObject({ drifted: true, reason: expect.stringContaining(`${feature} moved`) });
  });
});

test('the dataset drifts when half of its watched columns do, the scores by themselves', () => {
  const one = checkDrift(small, traffic(400, 5, { income: 1 }));
  expect(one).toMatchObject({ drifted: false, dataset: { drifted: false, driftedColumns: ['income'], watchedColumns: 5 } });
  const three = checkDrift(small, traffic(400, 5, { income: 1, channel: 'robot', words: 0.2 }));
  expect(three).toMatchObject({ drifted: true, dataset: { drifted: true, driftedColumns: ['income', '__proto__', 'message'] } });
  const scores = checkDrift(small, traffic(400, 5, { score: 1.5 }));
  expect(scores).toMatchObject({ drifted: true, dataset: { drifted: false }, scores: { drifted: true } });
  expect(scores.reasons.length).toBeGreaterThan(0);
});

test('ids and times are not watched, and the report says why', () => {
  const { unwatched, checks } = checkDrift(small, traffic(100, 5));
  expect(unwatched.map(({ column }) => column)).toEqual(['customer', 'opened_at']);
  expect(checks.some(({ name }) => name === 'customer')).toBe(false);
});

test('the report is plain JSON and never holds a text of a row', () => {
  const window = traffic(400, 5, { vocabulary: 'secret' });
  const report = checkDrift(small, window);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(JSON.stringify(report)).not.toContain('secretword');
});

test('a column that is all missing now is not compared by its values but by its gaps', () => {
  const { checks } = checkDrift(small, traffic(200, 5, { missing: 1 }));
  expect(checks.find(({ name, feature }) => name === 'income' && feature === 'value')).toMatchObject({
    value: null,
    pValue: null,
    drifted: false,
  });
  expect(checks.find(({ name, feature }) => name === 'income' && feature === 'missing')).toMatchObject({ drifted: true });
});

test('a large reference asks for a distance worth acting on, and for more than chance', () => {
  const slight = checkDrift(large, traffic(4000, 9, { missing: 0.1 }));
  const check = slight.checks.find(({ name, feature }) => name === 'income' && feature === 'missing');
  expect(check).toMatchObject({ measure: 'jensen_shannon', drifted: false });
  expect(check?.pValue).toBeLessThan(0.05);
});

test('another measure can be chosen; one that cannot compare the feature is refused', () => {
  const { checks } = checkDrift(small, traffic(400, 5, { income: 2 }), { numbers: 'psi' });
  expect(checks.find(({ name, feature }) => name === 'income' && feature === 'value')).toMatchObject({
    measure: 'psi',
    limit: 0.25,
    drifted: true,
  });
  expect(() => checkDrift(small, traffic(10, 5), { numbers: 'chi_square' })).toThrow(
    expect.objectContaining({ code: 'DRIFT_MEASURE_KIND' }),
  );
});

test('a window or a reference without rows is refused', () => {
  expect(() => checkDrift(small, traffic(0, 1))).toThrow(expect.objectContaining({ code: 'DRIFT_NO_ROWS' }));
  expect(() => referenceOf(traffic(0, 1))).toThrow(expect.objectContaining({ code: 'REFERENCE_NO_ROWS' }));
});

describe('quality', () => {
  const sample = (window: Traffic) => checkQuality(small.quality, windowSample(window));

  test('undrifted labels say nothing, worse ones name the metric', () => {
    const steady = Array.from({ length: 60 }, (_, i) => sample(traffic(300, 300 + i))).filter((report) => report?.worse);
    expect(steady.length).toBeLessThanOrEqual(3);
    const worse = sample(traffic(300, 8, { wrong: 0.5 }));
    expect(worse).toMatchObject({ worse: true, labelled: 300 });
    expect(worse?.reasons[0]).toContain('Accuracy is');
  });

  test('with fewer labels than a chunk nothing is judged', () => {
    const few = sample(traffic((small.quality?.chunkRows ?? 0) - 1, 8, { wrong: 0.9 }));
    expect(few).toMatchObject({ worse: false, checks: [] });
  });

  test('a reference without labels has no quality', () => {
    const { table, predictions } = traffic(100, 1);
    expect(fitReference({ table, predictions, signature, now: '' }).quality).toBeUndefined();
    expect(checkQuality(undefined, windowSample(traffic(100, 1)))).toBeUndefined();
  });
});

function windowSample({ predictions, index }: Traffic) {
  return sampleOf(task, { kind: 'classes', index }, predictions);
}
