/** @file Step `trim`: spaces and line ends at both ends go; those between words stay. */

import Type from 'typebox';
import { isStringType } from './cells.ts';
import { SPACES_RE2 } from './fold-spaces.ts';
import { columnsOption, defineRowStep, eachColumn, mapStrings } from './step.ts';

export const trim = defineRowStep({
  name: 'trim',
  kind: 'row',
  summary: 'Takes spaces, tabs and line ends off both ends of texts and categories; what is between words stays.',
  options: Type.Object(columnsOption, { additionalProperties: false }),
  suits: ({ type }) => type === 'text' || type === 'category',
  refuses: ({ type }) => (isStringType(type) ? undefined : `a column of type ${type} holds no text`),
  mayWriteTarget: true,
  effect: (columns) =>
    eachColumn(columns, () => ({
      apply: (column) => mapStrings(column, (text) => text.replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/gu, '')),
      sql: ([cell]) => `regexp_replace(${cell}, '^[${SPACES_RE2}]+|[${SPACES_RE2}]+$', '', 'g')`,
    })),
});
