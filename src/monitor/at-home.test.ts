import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Table } from '../data/table.ts';
import { createRandom } from '../engine/tensor/random.ts';
import { measure, sampleOf } from '../evaluate/index.ts';
import type { Predictions, Signature } from '../model/predictor.ts';
import { type Home, openHome } from '../store/index.ts';
import { listAlerts } from './alerts.ts';
import { checkModel } from './check-model.ts';
import { addLabels } from './labels.ts';
import { liveMetrics } from './live.ts';
import { fitReference } from './reference.ts';

const NOW = '2026-03-01T00:00:00.000Z';
const signature: Signature = {
  inputs: [
    { name: 'age', type: 'number', nullable: true },
    { name: 'message', type: 'text', nullable: true },
  ],
  task: { kind: 'binary', target: 'churn', classes: ['__proto__', 'yes'], positive: 'yes' },
};
const regression: Signature = { inputs: [{ name: 'age', type: 'number', nullable: true }], task: { kind: 'regression', target: 'price' } };

let folder: string;
let home: Home;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moat-monitor-'));
  home = await openHome(join(folder, 'home'), { command: 'test' });
  const reference = await home.blobs.put(new TextEncoder().encode(JSON.stringify(referenceOf(rows(500, 1)))));
  await home.db
    .insertInto('run')
    .values({
      id: 'run',
      name: 'churn',
      status: 'finished',
      created_at: NOW,
      ended_at: NOW,
      dataset_version: null,
      recipe: '{}',
      result: null,
    })
    .execute();
  const version = { model: 'churn', created_at: NOW, artifact: 'a', run: 'run', family: 'linear', summary: '{}' };
  await home.db
    .insertInto('model_version')
    .values([
      { ...version, version: 1, signature: JSON.stringify(signature), reference },
      { ...version, version: 2, signature: JSON.stringify(regression), reference: null },
    ])
    .execute();
});

afterEach(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

interface Rows {
  readonly ages: readonly number[];
  readonly messages: readonly string[];
  readonly scores: readonly number[];
  readonly truth: readonly number[];
}

function rows(count: number, seed: number, shift = 0): Rows {
  const random = createRandom(seed);
  const truth = Array.from({ length: count }, () => random.int(2));
  return {
    truth,
    ages: truth.map(() => 40 + 10 * random.normal() + shift),
    messages: truth.map(() => Array.from({ length: 5 + random.int(10) }, () => `word${random.int(50)}`).join(' ')),
    scores: truth.map((y) => 1 / (1 + Math.exp(-(3 * (y - 0.5) + random.normal() + shift / 10)))),
  };
}

function predictionsOf({ scores }: Rows): Predictions {
  const probabilities = Float64Array.from(scores.flatMap((p) => [1 - p, p]));
  return { rowCount: scores.length, probabilities, labels: scores.map((p) => (p > 0.5 ? 'yes' : '__proto__')) };
}

function referenceOf(window: Rows) {
  const table: Table = {
    rowCount: window.ages.length,
    columns: [
      { name: 'age', type: 'number', values: Float64Array.from(window.ages) },
      { name: 'message', type: 'text', values: window.messages },
    ],
  };
  const truth = { kind: 'classes', index: Int32Array.from(window.truth) } as const;
  return fitReference({ table, predictions: predictionsOf(window), signature, truth, now: NOW });
}

/** Writes answers as the server does; ids count up. */
async function predict(window: Rows, prefix = 'p'): Promise<string[]> {
  const ids = window.ages.map((_, row) => `${prefix}${String(row).padStart(5, '0')}`);
  const logged = ids.map((id, row) => {
    const p = window.scores[row] as number;
    const output = {
      label: p > 0.5 ? 'yes' : '__proto__',
      probabilities: Object.fromEntries([
        ['__proto__', 1 - p],
        ['yes', p],
      ]),
    };
    const input = { age: window.ages[row], message: window.messages[row] };
    return { id, model: 'churn', version: 1, created_at: NOW, input: JSON.stringify(input), output: JSON.stringify(output), latency_ms: 1 };
  });
  await home.db.insertInto('prediction').values(logged).execute();
  return ids;
}

const labelsOf = (ids: readonly string[], window: Rows) =>
  ids.map((prediction, row) => ({ prediction, label: window.truth[row] === 1 ? 'yes' : '__proto__' }));

test('live metrics equal those of the evaluation, to the last digit of accuracy', async () => {
  const window = rows(400, 2);
  const ids = await predict(window);
  expect(await liveMetrics(home, 'churn', 1)).toMatchObject({ predictions: 400, labelled: 0, metrics: [] });
  await addLabels(home, labelsOf(ids, window), NOW);
  const live = await liveMetrics(home, 'churn', 1, { samples: 50 });
  expect(live).toMatchObject({ predictions: 400, labelled: 400, measured: 400 });
  const sample = sampleOf(signature.task, { kind: 'classes', index: Int32Array.from(window.truth) }, predictionsOf(window));
  const evaluated = measure(sample, ['accuracy', 'roc_auc'], { samples: 0, seed: 0 }).measured;
  for (const { metric, value } of evaluated) expect(live.metrics.find((candidate) => candidate.metric === metric)?.value).toBe(value);
});

test('the same labels once more change nothing; another one is a conflict unless it replaces', async () => {
  const window = rows(3, 3);
  const [first] = await predict(window);
  const item = { prediction: first as string, label: 'yes' };
  expect(await addLabels(home, [item, item], NOW)).toEqual({ added: 1, unchanged: 0, replaced: 0 });
  expect(await addLabels(home, [item], NOW)).toEqual({ added: 0, unchanged: 1, replaced: 0 });
  const other = { ...item, label: '__proto__' };
  await expect(addLabels(home, [other], NOW)).rejects.toMatchObject({ code: 'LABEL_CONFLICT', kind: 'conflict' });
  await expect(addLabels(home, [item, other], NOW, { replace: true })).rejects.toMatchObject({ code: 'LABEL_CONFLICT' });
  expect(await addLabels(home, [other], NOW, { replace: true })).toEqual({ added: 0, unchanged: 0, replaced: 1 });
});

test('one bad label keeps the whole batch out, and the message says which', async () => {
  const window = rows(2, 3);
  const [first, second] = await predict(window);
  const good = { prediction: first as string, label: 'yes' };
  await expect(addLabels(home, [good, { prediction: 'nobody', label: 'yes' }], NOW)).rejects.toMatchObject({
    code: 'LABEL_PREDICTION_UNKNOWN',
    kind: 'not_found',
    message: expect.stringContaining('label 2'),
  });
  await expect(addLabels(home, [good, { prediction: second as string, label: 'yess' }], NOW)).rejects.toMatchObject({
    code: 'LABEL_CLASS_UNKNOWN',
    fix: expect.stringContaining('"yes"'),
  });
  expect(await home.db.selectFrom('label').selectAll().execute()).toEqual([]);
});

test('labels of a regression are numbers', async () => {
  const values = { model: 'churn', version: 2, created_at: NOW, input: '{"age":1}', latency_ms: 1 };
  await home.db
    .insertInto('prediction')
    .values([1, 2, 3].map((value) => ({ ...values, id: `r${value}`, output: JSON.stringify({ value }) })))
    .execute();
  for (const label of ['', 'many', true, Number.NaN]) {
    await expect(addLabels(home, [{ prediction: 'r1', label }], NOW)).rejects.toMatchObject({ code: 'LABEL_NOT_A_NUMBER' });
  }
  await addLabels(
    home,
    [1, 2, 3].map((value) => ({ prediction: `r${value}`, label: String(value + 0.5) })),
    NOW,
  );
  const { metrics } = await liveMetrics(home, 'churn', 2);
  expect(metrics.find(({ metric }) => metric === 'mae')?.value).toBe(0.5);
});

test('twelve thousand labels in one batch', async () => {
  const window = rows(4000, 5);
  const ids = (await Promise.all(['a', 'b', 'c'].map((prefix) => predict(window, prefix)))).flat();
  const counts = await addLabels(
    home,
    ids.map((prediction) => ({ prediction, label: 'yes' })),
    NOW,
  );
  expect(counts.added).toBe(12_000);
});

test('undrifted traffic raises nothing; drifted traffic raises one alert for its window, once', async () => {
  await predict(rows(400, 6), 'a');
  const steady = await checkModel(home, 'churn', 1, { now: NOW, window: { rows: 400 } });
  expect(steady).toMatchObject({ window: { rows: 400 }, drift: { drifted: false }, alerts: [] });

  await predict(rows(400, 7, 15), 'b');
  const drifted = await checkModel(home, 'churn', 1, { now: NOW, window: { rows: 400 } });
  expect(drifted.alerts).toMatchObject([
    { kind: 'drift', isNew: true, message: expect.stringContaining('1 of 2 watched columns and the predictions') },
  ]);
  expect(drifted.alerts[0]?.reasons[0]).toContain('moved');

  const again = await checkModel(home, 'churn', 1, { now: '2026-03-02T00:00:00.000Z', window: { rows: 400 } });
  expect(again.alerts).toMatchObject([{ isNew: false, createdAt: NOW }]);
  expect(await listAlerts(home, 'churn')).toHaveLength(1);

  await predict(rows(1, 8), 'c');
  await checkModel(home, 'churn', 1, { now: NOW, window: { rows: 400 } });
  expect(await listAlerts(home)).toHaveLength(2);
});

test('labels that say the model got worse raise an alert of quality', async () => {
  const window = rows(300, 9);
  const ids = await predict(window);
  const lies = { ...window, truth: window.truth.map((y, row) => (row % 3 === 0 ? 1 - y : y)) };
  await addLabels(home, labelsOf(ids, lies), NOW);
  const { drift, quality, alerts } = await checkModel(home, 'churn', 1, { now: NOW });
  expect(drift.drifted).toBe(false);
  expect(quality?.worse).toBe(true);
  expect(alerts).toMatchObject([
    { kind: 'quality', reasons: [expect.stringContaining('Accuracy is'), expect.anything(), expect.anything()] },
  ]);
});

test('what cannot be checked is refused: no such version, no reference, no traffic', async () => {
  await expect(checkModel(home, 'churn', 9, { now: NOW })).rejects.toMatchObject({ code: 'MODEL_VERSION_UNKNOWN', kind: 'not_found' });
  await expect(liveMetrics(home, 'chrun', 1)).rejects.toMatchObject({
    code: 'MODEL_VERSION_UNKNOWN',
    fix: expect.stringContaining('churn'),
  });
  await expect(checkModel(home, 'churn', 2, { now: NOW })).rejects.toMatchObject({ code: 'MONITOR_NO_REFERENCE' });
  await expect(checkModel(home, 'churn', 1, { now: NOW })).rejects.toMatchObject({ code: 'DRIFT_NO_ROWS' });
});
