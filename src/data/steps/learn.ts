/** @file What steps learn of a column, by SQL over the training rows alone. */

import { MoatError } from '../../engine/errors.ts';
import type { RelationColumn } from '../relation.ts';
import { isNumericType } from './cells.ts';
import type { Key } from './lookup.ts';
import type { Training } from './step.ts';

export type Statistic = 'mean' | 'median' | 'most_frequent';

/**
 * One statistic of each column; within each group of `by`, when it is given: then a list of [group, value].
 * A column or group without a value has none. Whole-numbered types are rounded.
 */
export async function learnStatistic(
  columns: readonly RelationColumn[],
  statistic: Statistic,
  training: Training,
  by?: RelationColumn,
): Promise<Map<Key | null, Key>[]> {
  const key = by === undefined ? 'NULL' : training.cell(by.name);
  const rest = (column: string): string =>
    by === undefined ? '' : `AND ${key} IS NOT NULL AND ${column} IS NOT NULL GROUP BY 1 ORDER BY 1`;
  const learned: Map<Key | null, Key>[] = [];
  if (by === undefined && statistic === 'median') return mediansAtOnce(columns, training);
  for (const column of columns) {
    const cell = training.cell(column.name);
    const found =
      statistic === 'mean'
        ? await meansOf(cell, key, rest(cell), training)
        : statistic === 'median'
          ? await training.query(`${key}, quantile_cont(${cell}, 0.5)`, rest(cell))
          : await training.query(
              `k, v FROM (SELECT ${key} AS k, ${cell} AS v, count(*) AS n`,
              `AND ${cell} IS NOT NULL ${by === undefined ? '' : `AND ${key} IS NOT NULL`} GROUP BY ALL)
                QUALIFY row_number() OVER (PARTITION BY k ORDER BY n DESC, v) = 1 ORDER BY k`,
            );
    learned.push(
      new Map(found.flatMap(([group, value]) => (value === null ? [] : [[group as Key | null, rounded(column, value as Key)]]))),
    );
  }
  return learned;
}

/** The refusal of a column in which no training row holds a value. */
export function nothingToLearn(step: string, column: string): MoatError {
  return new MoatError(`${step} has nothing to learn from in column "${column}"`, {
    code: `${step.toUpperCase()}_NO_VALUES`,
    why: 'no training row holds a value there',
    fix: 'fill it with a constant, or take the column out: `drop_columns`',
  });
}

async function mediansAtOnce(columns: readonly RelationColumn[], training: Training): Promise<Map<Key | null, Key>[]> {
  if (columns.length === 0) return [];
  const [found = []] = await training.query(columns.map(({ name }) => `quantile_cont(${training.cell(name)}, 0.5)`).join(', '));
  return columns.map((column, i) => {
    const value = found[i];
    return new Map(typeof value === 'number' ? [[null, rounded(column, value)]] : []);
  });
}

/**
 * Means that are the same whatever order threads add in: values become whole multiples of the largest one's 2^-60, and sums of
 * whole numbers have no order.
 */
async function meansOf(cell: string, key: string, rest: string, training: Training): Promise<[Key | null, number | null][]> {
  const [[largest] = []] = await training.query(`max(abs(${cell}))`);
  if (typeof largest !== 'number') return [];
  const unit = largest === 0 ? 1 : 2 ** Math.max(-1_000, Math.ceil(Math.log2(largest)) - 60);
  const found = await training.query(`${key}, sum((${cell} / '${unit}'::DOUBLE)::HUGEINT)::HUGEINT, count(${cell})`, rest);
  return found.map(([group, sum, count]) => [group as Key | null, (Number(sum) / Number(count)) * unit]);
}

function rounded({ type }: RelationColumn, value: Key): Key {
  return typeof value === 'number' && isNumericType(type) && type !== 'number' ? Math.round(value) : value;
}
