import { expect, test } from 'vitest';
import type { Field } from './dataset.ts';
import { rowsOfTable, tableFromRows } from './rows.ts';

const fields: readonly Field[] = [
  { name: 'age', type: 'integer', nullable: false },
  { name: 'income', type: 'number', nullable: true },
  { name: 'home', type: 'category', nullable: true, categories: ['own', 'rent'] },
];

test('rows become a table, with gaps and unseen categories', () => {
  const table = tableFromRows(
    [
      { age: 30, income: 1.5, home: 'own' },
      { age: 40, home: 'boat' },
      { age: 50, income: null, home: ' ? ' },
    ],
    fields,
  );
  expect(table.rowCount).toBe(3);
  expect(rowsOfTable(table, 1)).toEqual([
    { age: 40, income: null, home: 'boat' },
    { age: 50, income: null, home: null },
  ]);
});

test.each([
  ['ROW_FIELD_MISSING', [{ age: 1 }, { income: 1 }], 'row 1 lacks the field "age"'],
  ['ROW_VALUE_MISSING', [{ age: null }], 'row 0 has no value in the field "age"'],
  ['ROW_FIELD_UNKNOWN', [{ age: 1, incmoe: 2 }], 'row 0 has a field "incmoe"'],
  ['ROW_VALUE_TYPE', [{ age: 1.5 }], 'row 0 has the wrong kind of value in the field "age"'],
  ['ROW_VALUE_TYPE', [{ age: 1, income: '12' }], 'in the field "income"'],
  ['ROW_NOT_AN_OBJECT', [[1, 2]], 'row 0 is no object'],
  ['ROW_NOT_AN_OBJECT', [null], 'row 0 is no object'],
])('%s', (code, rows, message) => {
  expect(() => tableFromRows(rows as never, fields)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
});

test('a mistyped field is answered with the nearest one', () => {
  expect(() => tableFromRows([{ age: 1, incmoe: 2 }], fields)).toThrow(expect.objectContaining({ fix: 'did you mean "income"?' }));
});

test('a field called __proto__ is data', () => {
  const rows = JSON.parse('[{ "__proto__": "a" }]');
  const table = tableFromRows(rows, [{ name: '__proto__', type: 'category', nullable: false }]);
  expect(JSON.stringify(rowsOfTable(table))).toBe('[{"__proto__":"a"}]');
  expect(() => tableFromRows(rows, fields)).toThrow(expect.objectContaining({ code: 'ROW_FIELD_UNKNOWN' }));
  // An inherited property is not a field of the row.
  expect(() => tableFromRows([{}], [{ name: 'constructor', type: 'text', nullable: false }])).toThrow(
    expect.objectContaining({ code: 'ROW_FIELD_MISSING' }),
  );
});
