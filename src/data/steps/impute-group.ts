/** @file Filling a gap with what is usual in the row's own group. */

import { MoatError } from '../../engine/errors.ts';
import type { RelationColumn } from '../relation.ts';
import type { Column } from '../table.ts';
import { isNumericType, isStringType } from './cells.ts';
import { learnStatistic, type Statistic } from './learn.ts';
import { caseOf, type Key, literal } from './lookup.ts';
import { columnError, type LearnContext, type Write } from './step.ts';

/** What is filled in: by group, and for a row whose group is missing, unseen, or has no value. */
export interface GroupValues {
  readonly [key: string]: readonly (readonly [Key, Key])[] | Key;
  readonly groups: readonly (readonly [Key, Key])[];
  readonly otherwise: Key;
}

/** They travel in the model file, so their number has a bound. */
const MOST_GROUPS = 10_000;

export async function learnGroups(
  column: RelationColumn,
  statistic: Statistic,
  by: string,
  otherwise: Key,
  { training, columns }: LearnContext,
): Promise<GroupValues> {
  training.cell(by); // an unknown column is refused with the nearest names
  const group = columns.find(({ name }) => name === by) as RelationColumn;
  if (!isNumericType(group.type) && !isStringType(group.type))
    throw columnError('impute', by, `a column of type ${group.type} names no groups`);
  const [[count] = []] = await training.query(`count(DISTINCT ${training.cell(by)})`);
  if (Number(count) > MOST_GROUPS) {
    throw new MoatError(`impute finds too many groups in column "${by}"`, {
      code: 'IMPUTE_TOO_MANY_GROUPS',
      why: `it has ${Number(count).toLocaleString('en-US')} distinct values, and the model file takes ${MOST_GROUPS.toLocaleString('en-US')}`,
      fix: 'group by a coarser column, or leave `by` out',
    });
  }
  const [found = new Map()] = await learnStatistic([column], statistic, training, group);
  return { groups: [...found].map(([key, value]) => [key as Key, value]), otherwise };
}

export function fillByGroup(column: RelationColumn, by: string, { groups, otherwise }: GroupValues): Write {
  const values = new Map(groups);
  return {
    ...column,
    reads: [column.name, by],
    apply([own, group], rowCount) {
      const filled = (row: number): Key => {
        const key = (group as { values: ArrayLike<Key | null> }).values[row];
        return key === null || key === undefined ? otherwise : (values.get(key) ?? otherwise);
      };
      return fillGaps(own as Column, rowCount, filled);
    },
    sql: ([cell = '', group = ''], js) => {
      const inGroup = caseOf(group, groups, literal(otherwise), () => 'many');
      return inGroup === 'many' ? `CASE WHEN ${cell} IS NULL THEN ${js()} ELSE ${cell} END` : `coalesce(${cell}, ${inGroup})`;
    },
  };
}

/** A column with `filled(row)` in its gaps. */
export function fillGaps(column: Column, rowCount: number, filled: (row: number) => Key): Column {
  if (!('values' in column)) return column;
  const { values } = column;
  if (values instanceof Float64Array)
    return { ...column, values: values.map((value, row) => (Number.isNaN(value) ? (filled(row) as number) : value)) } as Column;
  const strings = values as readonly (string | null)[];
  return { ...column, values: Array.from({ length: rowCount }, (_, row) => strings[row] ?? (filled(row) as string)) } as Column;
}
