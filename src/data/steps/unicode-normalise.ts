/** @file Step `unicode_normalise`: one way to write what looks alike (Unicode Standard Annex 15), full-width forms to half-width among them. */

import Type from 'typebox';
import { isStringType } from './cells.ts';
import { asciiOr, columnsOption, defineRowStep, eachColumn, mapStrings } from './step.ts';

export const unicodeNormalise = defineRowStep({
  name: 'unicode_normalise',
  kind: 'row',
  summary:
    'Writes characters that mean the same in one way. `NFKC`, the usual form, also turns full-width letters and digits into half-width and ligatures into letters; `NFC` only joins letters and their accents.',
  options: Type.Object(
    {
      ...columnsOption,
      form: Type.Optional(Type.Union([Type.Literal('NFKC'), Type.Literal('NFC')], { description: 'Left out: NFKC' })),
    },
    { additionalProperties: false },
  ),
  suits: ({ type }) => type === 'text' || type === 'category',
  refuses: ({ type }) => (isStringType(type) ? undefined : `a column of type ${type} holds no text`),
  mayWriteTarget: true,
  effect: (columns, { form = 'NFKC' }) =>
    eachColumn(columns, () => ({
      apply: (column) => mapStrings(column, (text) => text.normalize(form)),
      sql: ([cell = ''], js) => asciiOr(cell, cell, js), // ASCII is normal in every form
    })),
});
