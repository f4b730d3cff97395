/** @file Step `fold_case`: texts and categories in one case, so that `Red`, `RED` and `red` are one value. */

import Type from 'typebox';
import { isStringType } from './cells.ts';
import { asciiOr, columnsOption, defineRowStep, eachColumn, mapStrings } from './step.ts';

export const foldCase = defineRowStep({
  name: 'fold_case',
  kind: 'row',
  summary:
    'Writes texts and categories in lower case, or with `to: upper` in upper case, by the rules of Unicode for every language alike.',
  options: Type.Object(
    {
      ...columnsOption,
      to: Type.Optional(Type.Union([Type.Literal('lower'), Type.Literal('upper')], { description: 'Left out: lower' })),
    },
    { additionalProperties: false },
  ),
  suits: ({ type }) => type === 'text' || type === 'category',
  refuses: ({ type }) => (isStringType(type) ? undefined : `a column of type ${type} holds no text`),
  mayWriteTarget: true,
  effect: (columns, { to = 'lower' }) =>
    eachColumn(columns, () => ({
      apply: (column) => mapStrings(column, (text) => (to === 'lower' ? text.toLowerCase() : text.toUpperCase())),
      sql: ([cell = ''], js) => asciiOr(cell, `${to}(${cell})`, js),
    })),
});
