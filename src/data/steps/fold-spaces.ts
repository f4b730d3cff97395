/** @file Step `fold_spaces`: every run of spaces and line ends becomes one space, and those at both ends go. */

import Type from 'typebox';
import { columnsOption, defineRowStep, mapStrings } from './step.ts';

export const foldSpaces = defineRowStep({
  name: 'fold_spaces',
  kind: 'row',
  summary: 'Makes one space of every run of spaces, tabs and line ends, and none at the ends.',
  options: Type.Object(columnsOption, { additionalProperties: false }),
  suits: (column) => column.type === 'text',
  apply: (column) => mapStrings(column, foldedSpaces),
});

/** `\s` knows the spaces of Unicode; the two after it take no room and separate nothing that a reader sees. */
export function foldedSpaces(text: string): string {
  return text.replace(/[\s\u200b\ufeff]+/gu, ' ').trim();
}
