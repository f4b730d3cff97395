import { expect, test } from 'vitest';
import type { Column, Table } from '../data/table.ts';
import { columnLength } from '../data/table-ops.ts';
import { taskOf, truthOf } from './task.ts';

test('two classes: the rarer one is positive and stands second', () => {
  const table = tableOf(category(['yes', 'no', 'no', 'yes', 'no']));
  const task = taskOf(table, 'y');
  expect(task).toEqual({ kind: 'binary', target: 'y', classes: ['no', 'yes'], positive: 'yes' });
  expect(truthOf(table, task)).toEqual({ kind: 'classes', index: Int32Array.of(1, 0, 0, 1, 0) });
});

test('the positive class may be chosen', () => {
  expect(taskOf(tableOf(category(['a', 'b', 'b', 'a', 'b'])), 'y', 'b')).toMatchObject({ classes: ['a', 'b'], positive: 'b' });
  expect(taskOf(tableOf(category(['a', 'b', 'b', 'a', 'b'])), 'y', 'a')).toMatchObject({ classes: ['b', 'a'], positive: 'a' });
});

test('a boolean has the classes false and true', () => {
  const table = tableOf({ name: 'y', type: 'boolean', values: Float64Array.of(1, 0, 1, 0) });
  const task = taskOf(table, 'y');
  expect(task).toMatchObject({ classes: ['false', 'true'], positive: 'true' });
  expect(truthOf(table, task)).toEqual({ kind: 'classes', index: Int32Array.of(1, 0, 1, 0) });
});

test('classes that are numbers stand in the order of numbers', () => {
  expect(taskOf(tableOf(category(['10', '2', '1', '10', '2', '1'])), 'y')).toMatchObject({ classes: ['1', '2', '10'] });
});

test('a number is regressed', () => {
  const table = tableOf({ name: 'y', type: 'number', values: Float64Array.of(1, 2.5) });
  expect(taskOf(table, 'y')).toEqual({ kind: 'regression', target: 'y' });
  expect(truthOf(table, taskOf(table, 'y'))).toEqual({ kind: 'values', values: Float64Array.of(1, 2.5) });
});

const refusals: readonly { title: string; column: Column; target?: string; positive?: string; code: string }[] = [
  { title: 'a target that is not there', column: category(['a', 'b']), target: 'z', code: 'TARGET_UNKNOWN' },
  { title: 'a constant target', column: category(['a', 'a']), code: 'TARGET_CONSTANT' },
  { title: 'a constant number', column: { name: 'y', type: 'number', values: Float64Array.of(3, 3) }, code: 'TARGET_CONSTANT' },
  { title: 'a target without values', column: category([null, null]), code: 'TARGET_CONSTANT' },
  { title: 'a class with one row', column: category(['a', 'a', 'b']), code: 'TARGET_RARE_CLASS' },
  {
    title: 'too many classes',
    column: category(Array.from({ length: 2002 }, (_, i) => `c${i % 1001}`)),
    code: 'TARGET_TOO_MANY_CLASSES',
  },
  { title: 'a text', column: { name: 'y', type: 'text', values: ['a', 'b'] }, code: 'TARGET_TYPE' },
  { title: 'an unknown positive class', column: category(['a', 'a', 'b', 'b']), positive: 'c', code: 'POSITIVE_UNKNOWN' },
];

test.each(refusals)('$title is refused', ({ column, target = 'y', positive, code }) => {
  expect(() => taskOf(tableOf(column), target, positive)).toThrow(expect.objectContaining({ code }));
});

test('a row without a target, or with a class that training never saw, is refused by its number', () => {
  const task = taskOf(tableOf(category(['a', 'a', 'b', 'b'])), 'y');
  expect(() => truthOf(tableOf(category(['a', null])), task)).toThrow(
    expect.objectContaining({ code: 'TARGET_GAPS', message: expect.stringContaining('row 2') }),
  );
  expect(() => truthOf(tableOf(category(['c'])), task)).toThrow(expect.objectContaining({ code: 'TARGET_UNSEEN_CLASS' }));
});

function category(values: readonly (string | null)[]): Column {
  return { name: 'y', type: 'category', values };
}

function tableOf(column: Column): Table {
  return { rowCount: columnLength(column), columns: [column] };
}
