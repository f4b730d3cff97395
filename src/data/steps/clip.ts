/** @file Step `clip`: numbers outside a range are moved to its nearest end. */

import Type from 'typebox';
import { isNumeric } from '../table-ops.ts';
import { columnsOption, defineRowStep } from './step.ts';

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
  refuses: (column) => (column.type === 'number' || column.type === 'integer' ? undefined : 'only numbers have a range'),
  apply(column, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) {
    if (!isNumeric(column)) return column;
    return { ...column, values: column.values.map((value) => Math.min(Math.max(value, min), max)) };
  },
});
