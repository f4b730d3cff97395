import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Column } from '../table.ts';
import { leakOf, leakWarnings } from './leakage.ts';

const target = (values: readonly (string | null)[]): Column => ({ name: 'y', type: 'category', values });
const category = (values: readonly (string | null)[]): Column => ({ name: 'x', type: 'category', values });
const number = (values: readonly number[], name = 'x'): Column => ({ name, type: 'number', values: Float64Array.from(values) });
const times = <T>(count: number, value: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => value(i));

const classes = times(100, (i) => (i % 3 === 0 ? 'yes' : 'no'));

test.each([
  ['one to one', category(times(100, (i) => (i % 3 === 0 ? 'A' : 'B'))), 'name the right class of 100 %'],
  ['several values a class', category(times(100, (i) => `${i % 6}`)), 'name the right class'],
  ['missing exactly where the answer is no', category(times(100, (i) => (i % 3 === 0 ? 'seen' : null))), 'name the right class'],
  ['numbers that stand apart', number(times(100, (i) => (i % 3 === 0 ? 10 + i : -i))), 'area under the curve of 1.0000'],
])('a leak: %s', (_, column, evidence) => {
  expect(leakOf(column, target(classes))).toContain(evidence);
});

test.each([
  ['distinct values', category(times(100, (i) => `v${i}`))],
  ['a good column that errs', category(times(100, (i) => (i % 3 === 0 && i % 5 !== 0 ? 'A' : 'B')))],
  ['chance', number(times(100, (i) => (i * 37) % 101))],
  ['a constant', number(times(100, () => 1))],
])('no leak: %s', (_, column) => {
  expect(leakOf(column, target(classes))).toBeUndefined();
});

test('a quantity is given away by what follows it', () => {
  const price = times(60, (i) => (i * 37) % 61);
  expect(leakOf(number(price.map((value) => value * 1.19 + 3)), number(price, 'y'))).toContain('correlation of 1.0000');
  expect(leakOf(number(price.map((value, i) => value + ((i * 7) % 20))), number(price, 'y'))).toBeUndefined();
});

test('naming the classes otherwise changes nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', null), fc.boolean()), { minLength: 20 }), (rows) => {
      const column = category(rows.map(([value]) => value));
      const named = (yes: string, no: string) => leakOf(column, target(rows.map(([, isYes]) => (isYes ? yes : no)))) !== undefined;
      expect(named('yes', 'no')).toBe(named('0', '1'));
    }),
    { seed: 7 },
  );
});

test('ids are named, and too few rows prove nothing', async () => {
  const id: Column = { name: 'id', type: 'id', values: times(10, String) };
  const few = { rowCount: 10, columns: [id, category(classes.slice(0, 10)), target(classes.slice(0, 10))] };
  expect((await leakWarnings(few, 'y')).map(({ code, column }) => [code, column])).toEqual([['COLUMN_OF_IDS', 'id']]);
});
