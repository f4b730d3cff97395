/** @file What one pass over the rows tells of every column: values, gaps, distinct values, range, moments, quantiles, lengths. */

import type { ColumnSchema } from '../dataset.ts';
import type { DuckDBValue } from '../duckdb.ts';
import { measuredBy } from './measured.ts';
import { count, type ProfileScan, storedAs } from './scan.ts';
import { twoAtOnce } from './together.ts';

export interface ColumnAggregate {
  readonly missingCount: number;
  /** Distinct values that are not missing; nothing for types that cannot be compared. */
  readonly distinctCount?: number;
  /** Counted, or estimated by DuckDB's HyperLogLog, which may be a fifth off. */
  readonly isDistinctExact: boolean;
  /** Of a numeric column with values. */
  readonly numbers?: NumberAggregate;
  /** Characters of the values of a text or id. */
  readonly lengths?: NumberAggregate;
  /** Of a column of many values a row: what it is measured by. */
  readonly measured?: NumberAggregate;
}

export interface NumberAggregate {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** Ascending, at `QUANTILES`: exact, or by t-digest in a large table. */
  readonly quantiles: readonly number[];
}

export const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** Up to here quantiles are exact; above, they are sketched by t-digest in bounded memory. */
const EXACT_ROWS = 200_000;
/** Distinct values are counted in tables of no more rows, or where an estimate says that they are no more than so many. */
const COUNTED_ROWS = 1_000_000;
const COUNTED_VALUES = 100_000;

export async function aggregateColumns(scan: ProfileScan): Promise<ColumnAggregate[]> {
  const wanted = scan.version.columns.flatMap((column, i) => aggregatesOf(`c${i}`, column, scan.rowCount));
  const [row = {}] = await scan.query(`SELECT ${['count(*) AS n', ...wanted].join(', ')} FROM data`);
  return twoAtOnce([...scan.version.columns.entries()], async ([i, column]) => {
    const aggregate = readAggregate(row, `c${i}`, column, scan.rowCount);
    const isCounted = scan.rowCount <= COUNTED_ROWS || (aggregate.distinctCount ?? 0) <= COUNTED_VALUES;
    return isCounted && storedAs(column) !== 'other' ? await countDistinct(scan, i, aggregate) : aggregate;
  });
}

/** One column in a query, and one query after the other on a connection, so that only one table of values is in memory. */
async function countDistinct(scan: ProfileScan, i: number, aggregate: ColumnAggregate): Promise<ColumnAggregate> {
  const [row] = await scan.query(`SELECT count(DISTINCT c${i}) AS n FROM data`);
  return { ...aggregate, distinctCount: count(row?.n), isDistinctExact: true };
}

function aggregatesOf(c: string, column: ColumnSchema, rowCount: number): string[] {
  const isEstimated = storedAs(column) !== 'other' && rowCount > COUNTED_ROWS;
  const counts = [`count(${c}) AS ${c}_n`, ...(isEstimated ? [`approx_count_distinct(${c}) AS ${c}_d`] : [])];
  const of = measureOf(c, column);
  if (of === undefined) return counts;
  return [
    ...counts,
    `min(${of}) AS ${c}_min`,
    `max(${of}) AS ${c}_max`,
    `avg(${of}) AS ${c}_avg`,
    `stddev_samp(${of}) AS ${c}_sd`,
    `${rowCount <= EXACT_ROWS ? 'quantile_cont' : 'approx_quantile'}(${of}, [${QUANTILES.join(', ')}]) AS ${c}_q`,
  ];
}

/** The number by which a cell is measured; the values of a category are counted, and have none. */
function measureOf(c: string, column: ColumnSchema): string | undefined {
  const stored = storedAs(column);
  if (stored === 'other') return measuredBy(column, c)?.sql;
  if (stored === 'number') return c;
  return column.type === 'category' ? undefined : `length(${c})`;
}

function readAggregate(row: Readonly<Record<string, DuckDBValue>>, c: string, column: ColumnSchema, rowCount: number): ColumnAggregate {
  const valueCount = count(row[`${c}_n`]);
  const missingCount = rowCount - valueCount;
  const isMeasured = valueCount > 0 && row[`${c}_q`] !== undefined;
  const numbers = isMeasured ? numbersIn(row, c) : undefined;
  const stored = storedAs(column);
  if (stored === 'other') return { missingCount, isDistinctExact: true, ...(numbers && { measured: numbers }) };
  const distinctCount = Math.min(valueCount, count(row[`${c}_d`]));
  const known = { missingCount, distinctCount, isDistinctExact: false };
  return { ...known, ...(numbers && (stored === 'text' ? { lengths: numbers } : { numbers })) };
}

function numbersIn(row: Readonly<Record<string, DuckDBValue>>, c: string): NumberAggregate {
  const [min, mean, max] = [row[`${c}_min`], row[`${c}_avg`], row[`${c}_max`]].map(Number) as [number, number, number];
  const quantiles = (row[`${c}_q`] as { readonly items: readonly DuckDBValue[] }).items.map(Number);
  return { min, max, mean, standardDeviation: count(row[`${c}_sd`]), quantiles };
}
