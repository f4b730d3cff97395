/**
 * @file How strongly two columns go together, on the sampled rows:
 *
 *     numbers        Pearson's r, and Spearman's ρ = Pearson's r of the mid-ranks
 *     categories     Cramér's V with Bergsma's correction: φ̃² = max(0, χ²/n − (r − 1)(c − 1)/(n − 1)),
 *                    V = √(φ̃² / min(r̃ − 1, c̃ − 1)), r̃ = r − (r − 1)²/(n − 1)   (J. Korean Stat. Soc. 42, 2013)
 *     both           correlation ratio η = √(Σ nₖ(ȳₖ − ȳ)² / Σ (y − ȳ)²): how much of the spread the categories explain
 *
 * All but r and ρ are between 0 and 1.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { kindOf } from '../columns/index.ts';
import type { Column, NumericColumn } from '../table.ts';
import { isNumeric } from '../table-ops.ts';
import { groupValues, midRanksAmong, type ValueGroups } from './ranks.ts';

export type AssociationMeasure = 'pearson' | 'cramers_v' | 'correlation_ratio';

export interface Association {
  readonly a: string;
  readonly b: string;
  readonly measure: AssociationMeasure;
  readonly value: number;
  /** Beside Pearson's. */
  readonly spearman?: number;
  /** Rows in which both are known. */
  readonly rowCount: number;
}

/** Fewer rows say nothing about a pair. */
const FEWEST_ROWS = 20;
/** Columns with more categories are names rather than categories. */
const MOST_CATEGORIES = 60;
/** Pairs grow with the square of the columns. */
const MOST_COLUMNS = 40;

type Series = { readonly name: string } & (
  | { readonly kind: 'number'; readonly values: Float64Array; readonly byValue: ValueGroups }
  | { readonly kind: 'category'; readonly codes: Int32Array; readonly size: number }
);

/** Every pair of the first columns that can be compared, in their order. */
export async function associationsOf(columns: readonly Column[]): Promise<Association[]> {
  const series: Series[] = [];
  for (const column of columns) {
    if (series.length === MOST_COLUMNS) break;
    await nextTurn();
    const one = seriesOf(column);
    if (one) series.push(one);
  }
  const found: Association[] = [];
  for (const [i, a] of series.entries()) {
    await nextTurn(); // a column with all others at a time
    for (const b of series.slice(i + 1)) {
      const association = associate(a, b);
      if (association) found.push(association);
    }
  }
  return found;
}

function seriesOf(column: Column): Series | undefined {
  if (isNumeric(column) && column.type !== 'boolean')
    return spread(column) ? { name: column.name, kind: 'number', values: column.values, byValue: groupValues(column.values) } : undefined;
  if (column.type !== 'category' && column.type !== 'boolean') return undefined;
  const { text } = kindOf(column.type);
  const codes = new Int32Array(column.values.length);
  const known = new Map<string, number>();
  for (let row = 0; row < codes.length; row++) {
    const value = text(column, row);
    if (value !== null && !known.has(value)) known.set(value, known.size);
    codes[row] = value === null ? -1 : (known.get(value) as number);
  }
  return known.size < 2 || known.size > MOST_CATEGORIES ? undefined : { name: column.name, kind: 'category', codes, size: known.size };
}

function spread({ values }: NumericColumn): boolean {
  const first = values.find((value) => !Number.isNaN(value));
  return values.some((value) => !Number.isNaN(value) && value !== first);
}

function associate(a: Series, b: Series): Association | undefined {
  const named = { a: a.name, b: b.name };
  if (a.kind === 'number' && b.kind === 'number') {
    const rows = bothKnown(a.values, b.values);
    if (rows.length < FEWEST_ROWS) return undefined;
    const value = pearson(valuesAt(a.values, rows), valuesAt(b.values, rows));
    const spearman = pearson(midRanksAmong(a.byValue, rows), midRanksAmong(b.byValue, rows));
    return { ...named, measure: 'pearson', value, spearman, rowCount: rows.length };
  }
  if (a.kind === 'category' && b.kind === 'category') {
    const { value, rowCount } = cramersV(a.codes, b.codes, a.size, b.size);
    return rowCount < FEWEST_ROWS ? undefined : { ...named, measure: 'cramers_v', value, rowCount };
  }
  const [numbers, groups] = a.kind === 'number' ? [a, b] : [b, a];
  if (numbers.kind !== 'number' || groups.kind !== 'category') return undefined;
  const { value, rowCount } = correlationRatio(numbers.values, groups.codes, groups.size);
  return rowCount < FEWEST_ROWS ? undefined : { ...named, measure: 'correlation_ratio', value, rowCount };
}

function bothKnown(a: Float64Array, b: Float64Array): Uint32Array {
  const rows = new Uint32Array(a.length);
  let count = 0;
  for (let row = 0; row < a.length; row++) if (!Number.isNaN(a[row]) && !Number.isNaN(b[row])) rows[count++] = row;
  return rows.subarray(0, count);
}

function valuesAt(values: Float64Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i] as number] as number;
  return picked;
}

/** 0 when one of them does not vary. */
export function pearson(x: Float64Array, y: Float64Array): number {
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const dx = (x[i] as number) - meanX;
    const dy = (y[i] as number) - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx === 0 || yy === 0 ? 0 : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

function meanOf(values: Float64Array): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += (values[i] as number) / values.length;
  return mean;
}

/** A code below 0 is missing. */
export function cramersV(a: Int32Array, b: Int32Array, sizeA: number, sizeB: number): { value: number; rowCount: number } {
  const counts = new Float64Array(sizeA * sizeB);
  const [totalA, totalB] = [new Float64Array(sizeA), new Float64Array(sizeB)];
  let n = 0;
  for (let row = 0; row < a.length; row++) {
    const [i, j] = [a[row] as number, b[row] as number];
    if (i < 0 || j < 0) continue;
    counts[i * sizeB + j] = (counts[i * sizeB + j] as number) + 1;
    totalA[i] = (totalA[i] as number) + 1;
    totalB[j] = (totalB[j] as number) + 1;
    n++;
  }
  const rows = totalA.filter((total) => total > 0).length;
  const columns = totalB.filter((total) => total > 0).length;
  if (n < 2 || rows < 2 || columns < 2) return { value: 0, rowCount: n };
  let chiSquare = 0;
  for (let i = 0; i < sizeA; i++) {
    for (let j = 0; j < sizeB; j++) {
      const expected = ((totalA[i] as number) * (totalB[j] as number)) / n;
      if (expected > 0) chiSquare += ((counts[i * sizeB + j] as number) - expected) ** 2 / expected;
    }
  }
  const phi = Math.max(0, chiSquare / n - ((rows - 1) * (columns - 1)) / (n - 1));
  const corrected = (size: number): number => size - (size - 1) ** 2 / (n - 1);
  const most = Math.min(corrected(rows), corrected(columns)) - 1;
  return { value: most <= 0 ? 0 : Math.min(1, Math.sqrt(phi / most)), rowCount: n };
}

/** A code below 0, or NaN, is missing. */
export function correlationRatio(values: Float64Array, codes: Int32Array, size: number): { value: number; rowCount: number } {
  const [sums, counts] = [new Float64Array(size), new Float64Array(size)];
  let [n, total] = [0, 0];
  const isKnown = (row: number): boolean => (codes[row] as number) >= 0 && !Number.isNaN(values[row]);
  for (let row = 0; row < values.length; row++) {
    if (!isKnown(row)) continue;
    const code = codes[row] as number;
    sums[code] = (sums[code] as number) + (values[row] as number);
    counts[code] = (counts[code] as number) + 1;
    total += values[row] as number;
    n++;
  }
  const mean = total / n;
  let spreadOfAll = 0;
  for (let row = 0; row < values.length; row++) if (isKnown(row)) spreadOfAll += ((values[row] as number) - mean) ** 2;
  const between = counts.reduce(
    (sum, groupSize, k) => (groupSize === 0 ? sum : sum + groupSize * ((sums[k] as number) / groupSize - mean) ** 2),
    0,
  );
  return { value: spreadOfAll === 0 || n === 0 ? 0 : Math.sqrt(Math.min(1, between / spreadOfAll)), rowCount: n };
}
