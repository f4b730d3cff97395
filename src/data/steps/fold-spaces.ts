/** @file Step `fold_spaces`: every run of spaces and line ends becomes one space, and those at both ends go. */

import Type from 'typebox';
import { isStringType } from './cells.ts';
import { columnsOption, defineRowStep, eachColumn, mapStrings } from './step.ts';

export const foldSpaces = defineRowStep({
  name: 'fold_spaces',
  kind: 'row',
  summary: 'Makes one space of every run of spaces, tabs and line ends, and none at the ends.',
  options: Type.Object(columnsOption, { additionalProperties: false }),
  suits: ({ type }) => type === 'text',
  refuses: ({ type }) => (isStringType(type) ? undefined : `a column of type ${type} holds no text`),
  mayWriteTarget: true,
  effect: (columns) =>
    eachColumn(columns, () => ({
      apply: (column) => mapStrings(column, foldedSpaces),
      // a single plain space stays as it is, so that it is passed over: most texts have no other
      sql: ([cell]) => `trim(regexp_replace(${cell}, '[${SPACES_RE2}]{2,}|[${RARE_SPACES}]', ' ', 'g'))`,
    })),
});

/** `\s` knows the spaces of Unicode; the two after it take no room and separate nothing that a reader sees. */
export function foldedSpaces(text: string): string {
  return text.replace(/[\s\u200b\ufeff]+/gu, ' ').trim();
}

/** What `\s` is in JavaScript, with U+200B and U+FEFF, for the expressions of DuckDB, whose `\s` is ASCII. */
export const SPACES_RE2 =
  ' \\t\\n\\v\\f\\r\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{200b}\\x{feff}';
const RARE_SPACES = SPACES_RE2.slice(1);
