/** @file Step `clip`: numbers outside a range are moved to its nearest end. */

import Type from 'typebox';
import { columnsOption, defineRowStep, eachColumn, mapNumbers, type Write } from './step.ts';

export const clip = defineRowStep({
  name: 'clip',
  kind: 'row',
  summary: 'Moves numbers below `min` or above `max` to that end; missing values stay missing.',
  options: Type.Object(
    {
      ...columnsOption,
      min: Type.Optional(Type.Number({ description: 'The smallest value that stays' })),
      max: Type.Optional(Type.Number({ description: 'The largest value that stays' })),
    },
    { additionalProperties: false },
  ),
  suits: () => false,
  refuses: ({ type }, { min, max }) => {
    if (type !== 'number' && type !== 'integer') return 'only numbers have a range';
    return min !== undefined && max !== undefined && min > max ? '`min` is above `max`' : undefined;
  },
  effect: (columns, { min, max }) => eachColumn(columns, () => within(min, max)),
});

/** Numbers moved into a range, in both executions; an end that is left out is open. */
export function within(min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): ReturnType<Parameters<typeof eachColumn>[1]> {
  const sql: Write['sql'] = ([cell]) => {
    const above = min === Number.NEGATIVE_INFINITY ? '' : ` WHEN ${cell} < ${numberSql(min)} THEN ${numberSql(min)}`;
    const below = max === Number.POSITIVE_INFINITY ? '' : ` WHEN ${cell} > ${numberSql(max)} THEN ${numberSql(max)}`;
    return above + below === '' ? String(cell) : `CASE${above}${below} ELSE ${cell} END`;
  };
  return { apply: (column) => mapNumbers(column, (value) => Math.min(Math.max(value, min), max)), sql };
}

/** A finite number as SQL: through its shortest text, which DuckDB reads back exactly. */
export function numberSql(value: number): string {
  return `'${value}'::DOUBLE`;
}
