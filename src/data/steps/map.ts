/** @file Step `map`: some values of a column are written as others, such as two spellings of one category. */

import Type from 'typebox';
import { isStringType } from './cells.ts';
import { caseOf } from './lookup.ts';
import { columnsOption, defineRowStep, eachColumn, mapStrings } from './step.ts';

export const map = defineRowStep({
  name: 'map',
  kind: 'row',
  summary: 'Writes the values named on the left as those on the right (null makes them missing); other values stay.',
  options: Type.Object(
    {
      ...columnsOption,
      values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), { description: 'Old value: new value' }),
    },
    { additionalProperties: false },
  ),
  suits: () => false,
  mayWriteTarget: true,
  refuses: ({ type }) => (isStringType(type) ? undefined : 'only categories, texts and ids can be written as others'),
  effect(columns, { values }) {
    const written = new Map(Object.entries(values));
    return eachColumn(columns, () => ({
      apply: (column) => mapStrings(column, (value) => (written.has(value) ? (written.get(value) as string | null) : value)),
      sql: ([cell = ''], js) => caseOf(cell, [...written], cell, js),
    }));
  },
});
