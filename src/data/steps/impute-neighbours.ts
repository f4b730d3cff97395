/**
 * @file Filling a gap with what the nearest training rows hold.
 *
 *     d(a, b)² = (columns / shared) · Σ ((aᵢ − bᵢ) / sᵢ)²     over the columns that both rows have; s: deviation on the training rows
 *
 * The distance with gaps is the one of scikit-learn's `nan_euclidean_distances`.
 */

import { MoatError } from '../../engine/errors.ts';
import type { JsonValue } from '../dataset.ts';
import type { RelationColumn } from '../relation.ts';
import type { Column } from '../table.ts';
import { isNumericType } from './cells.ts';
import { fillGaps } from './impute-group.ts';
import { nothingToLearn } from './learn.ts';
import type { Key } from './lookup.ts';
import { mixed } from './mixed.ts';
import { columnError, type LearnContext, type Write } from './step.ts';

export const MOST_NEIGHBOUR_ROWS = 10_000;

/** The training rows that are asked: plain JSON in the model file. */
export interface Neighbours {
  readonly [key: string]: JsonValue;
  readonly near: readonly string[];
  readonly count: number;
  /** Deviation of each column of `near`. */
  readonly scales: readonly number[];
  /** A row: its cells of `near`, null for a gap, then the value that it gives. */
  readonly rows: readonly (readonly (Key | null)[])[];
}

/** Rows with a value, the first in an order that depends on their number alone. */
export async function learnNeighbours(
  column: RelationColumn,
  { near = [], neighbours = 5, rows = 1_000 }: { readonly near?: readonly string[]; readonly neighbours?: number; readonly rows?: number },
  { training, columns, target }: LearnContext,
): Promise<Neighbours> {
  for (const name of near) {
    training.cell(name);
    const { type } = columns.find((known) => known.name === name) as RelationColumn;
    if (name === column.name) throw columnError('impute', name, 'it cannot be near to itself');
    if (name === target) throw columnError('impute', name, 'it is the target, which a request does not have');
    if (!isNumericType(type)) throw columnError('impute', name, `nearness is measured in numbers, and its type is ${type}`);
  }
  const cells = near.map((name) => training.cell(name));
  const value = training.cell(column.name);
  const [scales = []] = await training.query(cells.map((cell) => `stddev_pop(${cell})`).join(', '));
  const found = await training.query(
    `${cells.join(', ')}, ${value}`,
    `AND ${value} IS NOT NULL AND (${cells.map((cell) => `${cell} IS NOT NULL`).join(' OR ')}) ORDER BY ${mixed('r', 0)}, r LIMIT ${rows}`,
  );
  if (found.length === 0) throw nothingToLearn('impute', column.name);
  // A deviation is a sum whose last digits depend on the order of threads; twelve of them are more than nearness needs.
  const scale = (given: unknown): number => (typeof given === 'number' && given > 0 ? Number(given.toPrecision(12)) : 1);
  return { near, count: neighbours, scales: scales.map(scale), rows: found as (Key | null)[][] };
}

export function fillByNeighbours(column: RelationColumn, learned: Neighbours): Write {
  return {
    ...column,
    reads: [column.name, ...learned.near],
    apply: ([own, ...near], rowCount) =>
      fillGaps(own as Column, rowCount, (row) =>
        nearestValue(
          column,
          near.map((input) => (input as { values: Float64Array }).values[row] ?? Number.NaN),
          learned,
        ),
      ),
    sql: ([cell], js) => `CASE WHEN ${cell} IS NULL THEN ${js()} ELSE ${cell} END`,
  };
}

/** The mean of the nearest numbers, the most frequent of the nearest values otherwise; equal distances in the order of the rows. */
function nearestValue(column: RelationColumn, at: readonly number[], { count, scales, rows }: Neighbours): Key {
  const nearest: { readonly distance: number; readonly value: Key }[] = [];
  for (const row of rows) {
    const distance = distanceOf(at, row, scales);
    const last = nearest.at(-1);
    if (nearest.length === count && last !== undefined && distance >= last.distance) continue;
    const place = nearest.findIndex((other) => other.distance > distance);
    nearest.splice(place === -1 ? nearest.length : place, 0, { distance, value: row.at(-1) as Key });
    if (nearest.length > count) nearest.pop();
  }
  const values = nearest.map(({ value }) => value);
  if (column.type !== 'number' && column.type !== 'integer' && column.type !== 'time') return mostFrequentOf(values);
  const mean = (values as number[]).reduce((sum, value) => sum + value, 0) / values.length;
  return column.type === 'number' ? mean : Math.round(mean);
}

/** A row with which nothing is shared is farther than any other. */
function distanceOf(at: readonly number[], row: readonly (Key | null)[], scales: readonly number[]): number {
  let sum = 0;
  let shared = 0;
  for (let i = 0; i < at.length; i++) {
    const here = at[i] as number;
    const there = row[i] as number | null;
    if (Number.isNaN(here) || there === null) continue;
    sum += ((here - there) / (scales[i] as number)) ** 2;
    shared++;
  }
  return shared === 0 ? Number.POSITIVE_INFINITY : (sum * at.length) / shared;
}

function mostFrequentOf(values: readonly Key[]): Key {
  const counts = new Map<Key, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [best] = [...counts].reduce((chosen, entry) => (entry[1] > chosen[1] ? entry : chosen), ['', 0] as [Key, number]);
  if (values.length > 0) return best;
  throw new MoatError('internal: no neighbour was kept', {
    code: 'INTERNAL',
    kind: 'internal',
    why: 'learning keeps at least one',
    fix: 'report this',
  });
}
