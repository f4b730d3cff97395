/** @file How the values of a column are spread: bins of a numeric one, the most frequent values of the others, and what lies far out. */

import type { ColumnSchema } from '../dataset.ts';
import type { ColumnAggregate, NumberAggregate } from './aggregates.ts';
import { measuredBy } from './measured.ts';
import { count, type ProfileScan, storedAs } from './scan.ts';

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly rowCount: number;
}

/** Tukey's fences: a value is far out when it lies more than three times the middle half's width beyond it. */
export interface Outliers {
  readonly low: number;
  readonly high: number;
  readonly below: number;
  readonly above: number;
}

export type ValueCounts = readonly (readonly [value: string, rowCount: number])[];

export interface Distribution {
  /** Of a number, integer or time, of the characters of a text, and of what a column of many values a row is measured by: equal widths; the first and last bins also hold what lies beyond them. */
  readonly bins?: readonly Bin[];
  /** Of strings, of numbers with few values, and of the items of lists: the most frequent, with their rows. */
  readonly top?: ValueCounts;
  readonly outliers?: Outliers;
}

const BINS = 30;
const TOP = 20;
/** With no more distinct values than these, each has a bar of its own. */
const FEW_VALUES = 12;
/** Values are grouped up to here; a column with more has no frequent ones worth a bar. */
const GROUPED_VALUES = 100_000;

export async function distributionOf(scan: ProfileScan, index: number, aggregate: ColumnAggregate): Promise<Distribution> {
  const column = scan.version.columns[index] as ColumnSchema;
  const c = `c${index}`;
  const stored = storedAs(column);
  if (stored === 'other') return manyValued(scan, column, c, aggregate);
  if (aggregate.distinctCount === 0) return {};
  if (column.type === 'text') return { bins: (await binsOf(scan, `length(${c})`, aggregate.lengths as NumberAggregate, true)).bins ?? [] };
  if (stored === 'text') {
    const isGrouped = column.type !== 'id' && (aggregate.distinctCount ?? 0) <= GROUPED_VALUES;
    return isGrouped ? { top: await topOf(scan, c) } : {};
  }
  const numbers = aggregate.numbers as NumberAggregate;
  if (column.type === 'boolean') return { top: await topOf(scan, `CASE WHEN ${c} IS NOT NULL THEN if(${c} = 1, 'true', 'false') END`) };
  const isDiscrete = column.type === 'integer' && (aggregate.distinctCount ?? 0) <= FEW_VALUES;
  return isDiscrete ? { bins: await valuesOf(scan, c) } : binsOf(scan, c, numbers, column.type === 'time');
}

/** What a column of many values a row is measured by, and the items that most rows hold. */
async function manyValued(scan: ProfileScan, column: ColumnSchema, c: string, { measured }: ColumnAggregate): Promise<Distribution> {
  const by = measuredBy(column, c);
  if (by === undefined || measured === undefined) return {};
  const isDiscrete = column.type !== 'embedding' && measured.max - measured.min < FEW_VALUES;
  const spread = isDiscrete ? { bins: await valuesOf(scan, by.sql) } : await binsOf(scan, by.sql, measured, column.type !== 'embedding');
  return column.type === 'list' ? { ...spread, top: await topOf(scan, `unnest(list_distinct(${c}))`) } : spread;
}

async function topOf(scan: ProfileScan, expression: string): Promise<ValueCounts> {
  const rows = await scan.query(
    `SELECT v, count(*) AS n FROM (SELECT ${expression} AS v FROM data) WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT ${TOP}`,
  );
  return rows.map(({ v, n }) => [String(v), count(n)]);
}

async function valuesOf(scan: ProfileScan, c: string): Promise<Bin[]> {
  const rows = await scan.query(`SELECT ${c} AS v, count(*) AS n FROM data WHERE ${c} IS NOT NULL GROUP BY ${c} ORDER BY ${c}`);
  return rows.map(({ v, n }) => ({ from: Number(v), to: Number(v), rowCount: count(n) }));
}

/**
 * The bins span the values, but for a far tail: where it would squeeze all others into a bin or two, the axis ends at the fence
 * and the outer bins hold the rest.
 */
async function binsOf(scan: ProfileScan, c: string, numbers: NumberAggregate, isPlain: boolean): Promise<Distribution> {
  const { min, max, quantiles } = numbers;
  const [p5 = min, q1 = min, , q3 = max, p95 = max] = quantiles;
  const width = q3 - q1;
  const fences = !isPlain && width > 0 ? { low: q1 - 3 * width, high: q3 + 3 * width } : undefined;
  const span = p95 - p5;
  const from = span > 0 && p5 - min > 3 * span ? p5 - span / 2 : min;
  const to = span > 0 && max - p95 > 3 * span ? p95 + span / 2 : max;
  if (from === to) return { bins: [{ from, to, rowCount: await countOf(scan, c) }] };
  const bucket = `least(${BINS - 1}, greatest(0, floor((${c} - (${from})) / (${(to - from) / BINS}))))`;
  const far = fences
    ? `count(*) FILTER (${c} < ${fences.low}) AS below, count(*) FILTER (${c} > ${fences.high}) AS above`
    : '0 AS below, 0 AS above';
  const rows = await scan.query(
    `SELECT CAST(${bucket} AS INTEGER) AS b, count(*) AS n, ${far} FROM data WHERE ${c} IS NOT NULL GROUP BY b`,
  );
  const counts = new Map(rows.map(({ b, n }) => [Number(b), count(n)]));
  const edge = (i: number): number => (i === BINS ? to : from + ((to - from) * i) / BINS);
  const bins = Array.from({ length: BINS }, (_, i) => ({ from: edge(i), to: edge(i + 1), rowCount: counts.get(i) ?? 0 }));
  if (!fences) return { bins };
  const sum = (key: 'below' | 'above'): number => rows.reduce((total, row) => total + count(row[key]), 0);
  return { bins, outliers: { ...fences, below: sum('below'), above: sum('above') } };
}

async function countOf(scan: ProfileScan, c: string): Promise<number> {
  const [row] = await scan.query(`SELECT count(${c}) AS n FROM data`);
  return count(row?.n);
}
