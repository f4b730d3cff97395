/** @file Step `redact`: personal data in texts is replaced by what it is, so that neither a model nor a report holds it. */

import Type from 'typebox';
import { findPersonal, PERSONAL_KINDS, type PersonalKind } from '../personal/index.ts';
import { isStringType } from './cells.ts';
import { columnsOption, defineRowStep, eachColumn, mapItems, mapStrings } from './step.ts';

export const redact = defineRowStep({
  name: 'redact',
  kind: 'row',
  summary:
    'Replaces personal data in texts, categories and the items of lists by its kind, as in `[email]`. What the finders do not find stays: completeness is not promised.',
  options: Type.Object(
    {
      ...columnsOption,
      kinds: Type.Optional(
        Type.Array(Type.Enum([...PERSONAL_KINDS]), { minItems: 1, description: 'Which kinds; left out: all that are known' }),
      ),
    },
    { additionalProperties: false },
  ),
  suits: ({ type }) => type === 'text' || type === 'category' || type === 'list',
  refuses: ({ type }) => (isStringType(type) || type === 'list' ? undefined : `a column of type ${type} holds no text`),
  effect: (columns, { kinds }) =>
    eachColumn(columns, ({ name, type }) => {
      const change = (text: string) => redacted(text, name, kinds as readonly PersonalKind[] | undefined);
      return { apply: (column) => (type === 'list' ? mapItems(column, change) : mapStrings(column, change)) };
    }),
  describe: (columns) => `personal data in ${columns.join(', ')} replaced by its kind`,
});

/** The text with `[kind]` in the place of each find. */
export function redacted(text: string, column: string, kinds?: readonly PersonalKind[]): string {
  let clean = '';
  let at = 0;
  for (const { kind, from, to } of findPersonal(text, { column, ...(kinds && { kinds }) })) {
    clean += `${text.slice(at, from)}[${kind}]`;
    at = to;
  }
  return at === 0 ? text : clean + text.slice(at);
}
