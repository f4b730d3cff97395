import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Table } from '../../data/table.ts';
import type { Task } from '../../model/predictor.ts';
import { number } from '../../page/format.ts';
import { html } from '../../page/html.ts';
import { niceAxis } from '../../page/plot.ts';
import { evaluatePredictions } from '../evaluate.ts';
import { type ReportInput, renderReport } from './render.ts';

const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style><svg/onload=alert(1)>',
  '&lt;script&gt;',
  '`alert(1)`',
  'javascript:alert(1)',
  '\u0000<b\u0008>',
];

/** A report in which every string that a user can choose is the payload. */
function reportOf(payload: string, count = 40): ReportInput {
  const classes = [`other ${payload}`, payload] as const;
  const task: Task = { kind: 'binary', target: payload, classes, positive: payload };
  const index = Int32Array.from({ length: count }, (_, row) => (row % 3 === 0 ? 1 : 0));
  const scores = Array.from(index, (y, row) => (y === 1 ? 0.5 : 0.3) + ((row * 7) % 10) / 25);
  const predictions = { rowCount: count, probabilities: Float64Array.from(scores.flatMap((p) => [1 - p, p])) };
  const chance = { rowCount: count, probabilities: new Float64Array(2 * count).fill(0.5) };
  const table: Table = {
    rowCount: count,
    columns: [
      { name: payload, type: 'text', values: Array.from(index, () => payload) },
      { name: `${payload} kind`, type: 'category', values: Array.from(index, (_, row) => `${payload} ${row % 2}`) },
    ],
  };
  const evaluation = evaluatePredictions({
    task,
    truth: { kind: 'classes', index },
    predictions,
    samples: 50,
    seed: 7,
    baselines: [{ name: payload, predictions: chance }],
    table,
    slices: [`${payload} kind`],
  });
  const history = [1, 2, 3].map((epoch) => ({ epoch, loss: 1 / epoch, accuracy: 0.5, validationLoss: 0.7 }));
  return {
    title: payload,
    createdAt: '2026-01-02T03:04:05.000Z',
    part: 'test',
    evaluation,
    model: { family: payload, parameterCount: 12, artifact: 'ab'.repeat(32), version: payload, run: payload },
    dataset: {
      name: payload,
      version: 'cd'.repeat(32),
      parts: { [payload]: 40 },
      steps: [{ step: payload, part: payload, columns: [payload], rowsChanged: 1, rowsDropped: 0, summary: payload }],
      warnings: [{ message: payload, why: payload, fix: payload }],
    },
    candidates: [{ family: payload, kind: payload, parameterCount: 1, seconds: 1, validation: { [payload]: 0.5 } }],
    curves: [{ family: payload, history }],
    choice: { winner: payload, reasons: [payload] },
    gates: [{ gate: payload, passed: true, reason: payload }],
    table,
  };
}

const TAGS =
  'html head meta title style body main header footer section h1 h2 h3 p div span br table caption thead tbody tr th td ul li code figure figcaption svg g line polyline rect circle text';
const ATTRIBUTES =
  'lang charset name content http-equiv class scope role aria-label aria-hidden viewBox x y x1 x2 y1 y2 cx cy r rx width height points transform fill-opacity';

test.each(PAYLOADS)('%j comes out as text wherever it stands', (payload) => {
  const page = renderReport(reportOf(payload));
  const [tags, attributes] = [new Set(TAGS.split(' ')), new Set(ATTRIBUTES.split(' '))];
  const text = page
    .replace('<!doctype html>', '')
    .replace(/<\/?(\w+)((?:\s+[\w-]+="[^"]*")*)\s*\/?>/g, (_, tag: string, inside: string) => {
      expect(tags).toContain(tag);
      for (const [, name] of inside.matchAll(/([\w-]+)="[^"]*"/g)) expect(attributes).toContain(name);
      return '';
    });
  expect(text).not.toContain('<');
});

test('a template escapes whatever is not markup, for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '`', '&', '/', '\u0000', '\ud800', 'a', '漢') }), (text) => {
      const { text: page } = html`<p title="${text}">${text}</p>`;
      const inside = page.slice('<p title="'.length, -'</p>'.length);
      expect(inside.match(/[<"'`]|>/g)).toEqual(['"', '>']); // what closes the attribute and the opening tag
    }),
    { seed: 5 },
  );
});

test('the file needs no network and no script, and says so to the browser', () => {
  const page = renderReport(reportOf('plain'));
  expect(page).not.toMatch(/https?:|@import|url\(|<script/i);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
});

test('every section and number that a reader looks for is there', () => {
  const report = reportOf('churned');
  const page = renderReport(report);
  for (const heading of ['All metrics', 'What the model is worth', 'Why churned was chosen', 'Learning curves', 'Confusion matrix']) {
    expect(page).toContain(heading);
  }
  for (const heading of ['Calibration', 'Scores', 'ROC curve', 'Where it is better and worse', 'Worst mistakes', 'The data', 'The model']) {
    expect(page).toContain(heading);
  }
  const [accuracy] = report.evaluation.metrics;
  expect(page).toContain(`${number(accuracy?.low ?? null)} to ${number(accuracy?.high ?? null)}`);
  expect(page).toContain('ab'.repeat(32));
  expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
});

test('many classes, a regression and rows all of one class are drawn as well', () => {
  const classes = Array.from({ length: 30 }, (_, i) => `class ${i}`);
  const task: Task = { kind: 'multiclass', target: 'topic', classes };
  const index = Int32Array.from({ length: 60 }, (_, row) => row % 30);
  const probabilities = Float64Array.from({ length: 60 * 30 }, (_, at) => ((at * 31) % 17) / 17);
  const many = evaluatePredictions({
    task,
    truth: { kind: 'classes', index },
    predictions: { rowCount: 60, probabilities },
    samples: 10,
    seed: 1,
  });
  const values = Float64Array.from({ length: 60 }, (_, row) => row * 1e5);
  const regression = evaluatePredictions({
    task: { kind: 'regression', target: 'price' },
    truth: { kind: 'values', values },
    predictions: { rowCount: 60, values: values.map((value) => value * 1.1 - 7) },
    samples: 10,
    seed: 1,
  });
  const oneClass = evaluatePredictions({
    task: { kind: 'binary', target: 'churn', classes: ['no', 'yes'], positive: 'yes' },
    truth: { kind: 'classes', index: new Int32Array(5) },
    predictions: { rowCount: 5, probabilities: Float64Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? 1 : 0)) },
    samples: 10,
    seed: 1,
  });
  for (const evaluation of [many, regression, oneClass]) {
    const page = renderReport({ ...reportOf('plain'), evaluation, curves: [] });
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
  }
});

test('axes end on round ticks around their values', () => {
  expect(niceAxis('loss', [0.12, 0.93], { zero: true }).ticks.map((tick) => tick.toFixed(2))).toEqual(['0.00', '0.50', '1.00']);
  expect(niceAxis('epoch', [1, 5], { integer: true }).ticks).toEqual([1, 2, 3, 4, 5]);
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 }), (values) => {
      const { from, to, ticks } = niceAxis('value', values);
      expect(from).toBeLessThanOrEqual(Math.min(...values) + 1e-6);
      expect(to).toBeGreaterThanOrEqual(Math.max(...values) - 1e-6);
      expect(ticks.length).toBeLessThanOrEqual(8);
    }),
    { seed: 5 },
  );
});

test.each([
  [0.81249, '0.812'],
  [-0.04, '−0.040'],
  [1234.5, '1,235'],
  [0.00001, '1.00e−5'],
  [0, '0.000'],
  [null, '–'],
])('%s is written %s', (value, text) => {
  expect(number(value)).toBe(text);
});
