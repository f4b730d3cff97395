/** @file What steps learn comes from the training rows alone: other parts are poisoned, and nothing learned changes. */

import { expect, test } from 'vitest';
import type { Part } from '../dataset.ts';
import type { Column, Table } from '../table.ts';
import type { StepSpec } from './index.ts';
import { runSteps } from './testing.ts';

const gap = Number.NaN;
const table = (x: readonly number[], c: readonly (string | null)[]): Table => ({
  rowCount: x.length,
  columns: [
    { name: 'x', type: 'number', values: Float64Array.from(x) },
    { name: 'z', type: 'number', values: Float64Array.from(x, (value) => (Number.isNaN(value) ? 3 : value * 2)) },
    { name: 'c', type: 'category', values: c },
    { name: 'y', type: 'category', values: x.map((_, i) => 'pq'[i % 2] as string) },
  ] satisfies Column[],
});
const train = table([1, 2, gap, 4, 100, 5, 6, 7], ['a', 'a', 'b', null, 'b', 'b', 'a', 'b']);
const clean = table([1, 2, 3], ['a', 'b', null]);
const poisoned = table([1e12, -1e12, gap, 1e12, 1e12, 9e15], ['evil', 'evil', 'evil', 'evil', null, 'evil']);

const LEARNING: readonly StepSpec[] = [
  { impute: { columns: ['x'], with: 'mean' } },
  { impute: { columns: ['x'], with: 'median' } },
  { impute: { columns: ['c'], with: 'most_frequent' } },
  { impute: { columns: ['x'], with: 'mean', by: 'c' } },
  { impute: { columns: ['x', 'c'], with: 'nearest', near: ['z'], neighbours: 2 } },
  { winsorise: { columns: ['x'], lower: 0.1, upper: 0.9 } },
];

test.each(LEARNING)('%j', async (spec) => {
  const learned = [];
  for (const measured of [clean, poisoned]) {
    const parts: (readonly [Part, Table])[] = [
      ['train', train],
      ['validation', measured],
      ['test', measured],
    ];
    const { fitted, parts: after, reports } = await runSteps([spec], parts);
    learned.push({ fitted, train: after.get('train'), report: reports.find(({ part }) => part === 'train') });
  }
  expect(learned[0]?.fitted[0]?.learned).toBeDefined();
  expect(learned[1]).toEqual(learned[0]);
});

test('nearest: the mean of the two nearest, by hand', async () => {
  // z: 2, 4, 3, 8, 200, 10, 12, 14 (3 where x is missing): nearest to 3 are 2 and 4, whose x are 1 and 2
  const spec: StepSpec = { impute: { columns: ['x'], with: 'nearest', near: ['z'], neighbours: 2 } };
  const { parts } = await runSteps([spec], [['train', train]]);
  expect(valuesIn(parts, 'train')[2]).toBe(1.5);
});

test('by group: the group’s own mean, and that of all rows for an unseen or missing group', async () => {
  const { parts, reports } = await runSteps(
    [{ impute: { column: 'x', with: 'mean', by: 'c' } }],
    [
      ['train', train],
      ['test', table([gap, gap], ['evil', null])],
    ],
  );
  // b: 100, 5, 7; all: 1, 2, 4, 100, 5, 6, 7
  expect(valuesIn(parts, 'train')[2]).toBeCloseTo(112 / 3, 12);
  const others = valuesIn(parts, 'test');
  expect(others[0]).toBeCloseTo(125 / 7, 12);
  expect(others[1]).toBe(others[0]);
  expect(reports.map(({ part, cellsChanged, rowsChanged }) => [part, cellsChanged, rowsChanged])).toEqual([
    ['train', 1, 1],
    ['test', 2, 2],
  ]);
});

test('winsorise: quantiles of type 7, by hand', async () => {
  const values = Float64Array.from({ length: 11 }, (_, i) => i * 10); // 0, 10, …, 100
  const one: Table = { rowCount: 11, columns: [{ name: 'x', type: 'number', values }] };
  const { fitted } = await runSteps([{ winsorise: { column: 'x', lower: 0.05, upper: 0.95 } }], [['train', one]]);
  expect(fitted[0]?.learned).toEqual([[5, 95]]);
});

test('means do not depend on the order in which threads add', async () => {
  const values = Float64Array.from({ length: 300_000 }, (_, i) => (i % 2 ? 1 : -1) * 10 ** ((i % 30) - 15) + i / 7);
  const one: Table = { rowCount: values.length, columns: [{ name: 'x', type: 'number', values }] };
  const means = [];
  for (let run = 0; run < 3; run++)
    means.push((await runSteps([{ impute: { column: 'x', with: 'mean' } }], [['train', one]])).fitted[0]?.learned);
  expect(means[1]).toEqual(means[0]);
  expect(means[2]).toEqual(means[0]);
  expect((means[0] as number[])[0]).toBeCloseTo(
    values.reduce((sum, value) => sum + value / values.length, 0),
    0,
  );
});

/** The first column of a part. */
function valuesIn(parts: ReadonlyMap<Part, Table>, part: Part): Float64Array {
  const [column] = (parts.get(part) as Table).columns;
  return (column as { readonly values: Float64Array }).values;
}
