/** @file What category, text and id share: strings, a gap is null. */

import type { Field } from '../dataset.ts';
import { quoteText } from '../sql.ts';
import type { StringColumn } from '../table.ts';
import { jsonTypeOf, type Parsed, type PlainSql, WrongValue } from './column-kind.ts';
import { isMissingCell, MISSING_TOKENS } from './missing.ts';

/** Reads cells, after `tidy`; no cell is unreadable. */
export function parseStrings(
  type: StringColumn['type'],
  name: string,
  cells: readonly (string | null)[],
  tidy: (cell: string) => string = (cell) => cell,
): Parsed<StringColumn> {
  const values = cells.map((cell) => (isMissingCell(cell) ? null : tidy(cell as string)));
  return { column: { name, type, values }, unreadableCount: 0, nonFiniteCount: 0 };
}

/** Texts that are surely not missing: they hold a character that is neither a space nor in any missing token. They stand as they are. */
export function plainText(cell: string): PlainSql {
  return { isPlain: `regexp_matches(${cell}, ${quoteText(`[^${SPACES}${TOKEN_CHARACTERS}]`)})`, value: cell };
}

/** The same without a space at either end, so that trimming changes nothing. */
export function plainTrimmed(cell: string): PlainSql {
  // One pattern for both: N is no space, X besides no character of a token.
  const [N, X] = [`[^${SPACES}]`, `[^${SPACES}${TOKEN_CHARACTERS}]`];
  return { isPlain: `regexp_full_match(${cell}, ${quoteText(`(?s)(?:${N}.*)?${X}(?:.*${N})?`)})`, value: cell };
}

/** What `trim` takes away (ECMAScript's WhiteSpace and LineTerminator), inside brackets of an RE2 pattern. */
export const SPACES = '\\t\\n\\x0b\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';

const TOKEN_CHARACTERS = [...new Set([...MISSING_TOKENS].flatMap((token) => [...token.toLowerCase(), ...token.toUpperCase()]))]
  .map((character) => `\\x{${(character.codePointAt(0) as number).toString(16)}}`)
  .join('');

/** JSON strings to a column; `read` may turn one into missing. */
export function stringsFromJson(
  type: StringColumn['type'],
  field: Field,
  values: readonly unknown[],
  read: (value: string) => string | null,
): StringColumn {
  const strings = values.map((value, row) => {
    if (value === null || value === undefined) return null;
    if (typeof value !== 'string') throw new WrongValue(row, 'a string', jsonTypeOf(value));
    return read(value);
  });
  return { name: field.name, type, values: strings };
}

/** The `limit` most frequent values with their counts, ties by code unit. One pass over the distinct values: there may be a million of them. */
export function mostFrequent(values: readonly (string | null)[], limit: number): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const top: [string, number][] = [];
  const compare = (a: readonly [string, number], b: readonly [string, number]): number => b[1] - a[1] || compareStrings(a[0], b[0]);
  for (const entry of counts) {
    const last = top.at(-1);
    if (last && top.length === limit && compare(entry, last) > 0) continue;
    top.push(entry);
    top.sort(compare);
    if (top.length > limit) top.pop();
  }
  return top;
}

/** By code unit: the same order on every machine, whatever its locale. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
