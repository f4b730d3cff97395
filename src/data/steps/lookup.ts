/** @file Looking a cell up in a list of keys, as SQL. */

import { quoteText } from '../duckdb.ts';
import { numberSql } from './clip.ts';

export type Key = string | number;

/** DuckDB tries the branches of a CASE one after the other; beyond so many, a hash table in JavaScript is faster. */
const MOST_BRANCHES = 300;

/** The value that stands beside the cell's key, or `otherwise`; `js` does the same for long lists. */
export function caseOf(cell: string, entries: readonly (readonly [Key, Key | null])[], otherwise: string, js: () => string): string {
  if (entries.length === 0) return otherwise;
  if (entries.length > MOST_BRANCHES) return js();
  return `CASE ${cell} ${entries.map(([key, value]) => `WHEN ${literal(key)} THEN ${literal(value)}`).join(' ')} ELSE ${otherwise} END`;
}

/** A value as an SQL literal, quoted. */
export function literal(value: Key | null): string {
  if (value === null) return 'NULL';
  return typeof value === 'number' ? numberSql(value) : quoteText(value);
}
