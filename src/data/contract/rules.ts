/** @file The rules of a column contract, one row each: when it is broken, as SQL over the view `data`. */

import type { ColumnSchema } from '../dataset.ts';
import { quoteText } from '../duckdb.ts';
import { storedAs } from '../profile/scan.ts';
import type { ColumnContract } from './contract.ts';

export interface Rule {
  readonly name: keyof ColumnContract;
  /** What was expected, in words that tell no value of the data. Nothing when the contract does not ask. */
  expected(contract: ColumnContract): string | undefined;
  /** A query of the rows that break it (`part`, `row`); nothing when the rule does not suit the column. */
  broken(contract: ColumnContract, c: string, column: ColumnSchema, now: Date): string | undefined;
}

const rows = (condition: string): string => `SELECT part, row FROM data WHERE ${condition}`;
const isNumber = (column: ColumnSchema): boolean => storedAs(column) === 'number';
const isText = (column: ColumnSchema): boolean => storedAs(column) === 'text';

export const rules: readonly Rule[] = [
  {
    name: 'nulls',
    expected: ({ nulls }) =>
      nulls === undefined ? undefined : nulls === 0 ? 'a value in every row' : `a value in all but ${100 * nulls} % of the rows`,
    // A share is broken by all of them together, so all are told once there are too many.
    broken: ({ nulls }, c) => `${rows(`${c} IS NULL`)} AND (SELECT count(*) FILTER (${c} IS NULL) > ${nulls} * count(*) FROM data)`,
  },
  {
    name: 'min',
    expected: ({ min }) => (min === undefined ? undefined : `at least ${min}`),
    broken: ({ min }, c, column) => (isNumber(column) ? rows(`${c} < ${min}`) : undefined),
  },
  {
    name: 'max',
    expected: ({ max }) => (max === undefined ? undefined : `at most ${max}`),
    broken: ({ max }, c, column) => (isNumber(column) ? rows(`${c} > ${max}`) : undefined),
  },
  {
    name: 'earliest',
    expected: ({ earliest }) => (earliest === undefined ? undefined : `not before ${earliest}`),
    broken: ({ earliest }, c, column) => (isNumber(column) ? rows(`${c} < ${Date.parse(earliest as string)}`) : undefined),
  },
  {
    name: 'latest',
    expected: ({ latest }) => (latest === undefined ? undefined : `not after ${latest}`),
    broken: ({ latest }, c, column) => (isNumber(column) ? rows(`${c} > ${Date.parse(latest as string)}`) : undefined),
  },
  {
    name: 'newest_within_days',
    expected: ({ newest_within_days: days }) => (days === undefined ? undefined : `a time within the last ${days} days`),
    broken({ newest_within_days: days }, c, column, now) {
      const oldest = now.getTime() - (days as number) * 86_400_000;
      // The newest row is the one to look at.
      return isNumber(column) ? `SELECT part, row FROM data WHERE ${c} = (SELECT max(${c}) FROM data) AND ${c} < ${oldest}` : undefined;
    },
  },
  {
    name: 'allowed',
    expected: ({ allowed }) => (allowed === undefined ? undefined : `one of ${allowed.length} allowed values`),
    broken({ allowed = [] }, c, column) {
      const texts = allowed.map((value) => quoteText(String(value))).join(', ');
      if (isText(column)) return rows(`${c} NOT IN (${texts})`);
      if (column.type === 'list') return rows(`len(list_filter(${c}, lambda x: x NOT IN (${texts}))) > 0`);
      const numbers = allowed.map((value) => Number(value === 'true' ? true : value === 'false' ? false : value)).filter(Number.isFinite);
      return isNumber(column) && numbers.length > 0 ? rows(`${c} NOT IN (${numbers.join(', ')})`) : undefined;
    },
  },
  {
    name: 'pattern',
    expected: ({ pattern }) => (pattern === undefined ? undefined : `the pattern ${pattern}`),
    broken: ({ pattern }, c, column) =>
      isText(column) ? rows(`${c} IS NOT NULL AND NOT regexp_full_match(${c}, ${quoteText(pattern as string)})`) : undefined,
  },
  {
    name: 'longest',
    expected: ({ longest }) => (longest === undefined ? undefined : `at most ${longest} characters, items or numbers`),
    broken({ longest }, c, column) {
      if (column.type === 'list' || column.type === 'series') return rows(`len(${c}) > ${longest}`);
      return isText(column) ? rows(`length(${c}) > ${longest}`) : undefined;
    },
  },
  {
    name: 'width',
    expected: ({ width }) => (width === undefined ? undefined : `vectors of ${width} numbers`),
    broken: ({ width }, c, column) => (column.type === 'embedding' ? rows(`len(${c}) <> ${width}`) : undefined),
  },
  {
    name: 'unique',
    expected: ({ unique }) => (unique === true ? 'every value once' : undefined),
    broken: (_contract, c) =>
      `SELECT part, row FROM (SELECT part, row, row_number() OVER (PARTITION BY ${c} ORDER BY part, row) AS k FROM data WHERE ${c} IS NOT NULL) WHERE k > 1`,
  },
];
