/** @file Step `impute`: gaps are filled with a value that is learned from the training rows alone. */

import Type from 'typebox';
import { MoatError } from '../../engine/errors.ts';
import { quantileOf } from '../columns/numeric.ts';
import { mostFrequent } from '../columns/strings.ts';
import type { Column, NumericColumn } from '../table.ts';
import { isNumeric, isPixels } from '../table-ops.ts';
import { columnsOption, defineRowStep } from './step.ts';

const METHODS = ['mean', 'median', 'most_frequent', 'constant'] as const;
type Method = (typeof METHODS)[number];

export const impute = defineRowStep({
  name: 'impute',
  kind: 'row',
  summary: 'Fills gaps with the mean, the median or the most frequent value of the training rows, or with a constant.',
  options: Type.Object(
    {
      ...columnsOption,
      with: Type.Optional(
        Type.Union(
          METHODS.map((method) => Type.Literal(method)),
          { description: 'Left out: the median of numbers, the most frequent of anything else' },
        ),
      ),
      value: Type.Optional(
        Type.Union([Type.Number(), Type.String(), Type.Boolean()], { description: 'The value that `constant` fills in' }),
      ),
    },
    { additionalProperties: false },
  ),
  suits: (column) => column.type === 'number' || column.type === 'integer' || column.type === 'boolean' || column.type === 'category',
  refuses(column, options) {
    if (isPixels(column) || column.type === 'id') return `a column of type ${column.type} has no gap that a value could fill`;
    const method = options.with ?? defaultMethod(column);
    if (method === 'constant') return refuseConstant(column, options.value);
    if (options.value !== undefined) return `\`value\` belongs to \`with: constant\`, and here it is \`${method}\``;
    return !isNumeric(column) && method !== 'most_frequent'
      ? `a ${column.type} has no ${method}; use most_frequent or constant`
      : undefined;
  },
  fit(column, options): number | string {
    const method = options.with ?? defaultMethod(column);
    if (method === 'constant') return typeof options.value === 'boolean' ? Number(options.value) : (options.value as number | string);
    const learned = isNumeric(column)
      ? learnNumber(column, method)
      : mostFrequent((column as { values: readonly (string | null)[] }).values, 1)[0]?.[0];
    if (learned !== undefined) return learned;
    throw new MoatError(`impute has nothing to learn from in column "${column.name}"`, {
      code: 'IMPUTE_NO_VALUES',
      why: 'no training row holds a value there',
      fix: 'fill it with a constant, or take the column out: `drop_columns`',
    });
  },
  apply(column, _options, learned) {
    if (isPixels(column) || learned === undefined) return column;
    if (isNumeric(column)) return { ...column, values: column.values.map((value) => (Number.isNaN(value) ? (learned as number) : value)) };
    return { ...column, values: column.values.map((value) => value ?? (learned as string)) };
  },
  describe: (columns, learned = []) =>
    `filled in, as learned on the training rows: ${columns.map((name, i) => `${name} ${JSON.stringify(learned[i])}`).join(', ')}`,
});

function defaultMethod(column: Column): Method {
  return column.type === 'number' || column.type === 'integer' ? 'median' : 'most_frequent';
}

function refuseConstant(column: Column, value: unknown): string | undefined {
  if (value === undefined) return '`with: constant` needs a `value`';
  const wanted = column.type === 'boolean' ? 'boolean' : isNumeric(column) ? 'number' : 'string';
  return typeof value === wanted ? undefined : `\`value\` is a ${typeof value}, and a column of type ${column.type} needs a ${wanted}`;
}

/** Undefined when there is no value. Types other than number hold whole values, so what is learned for them is rounded. */
function learnNumber(column: NumericColumn, method: Method): number | undefined {
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return undefined;
  const learned =
    method === 'mean'
      ? sorted.reduce((sum, value) => sum + value / sorted.length, 0)
      : method === 'median'
        ? quantileOf(sorted, 0.5)
        : mostFrequentNumber(sorted);
  return column.type === 'number' ? learned : Math.round(learned);
}

/** The smallest of the most frequent values; `sorted` ascends. */
function mostFrequentNumber(sorted: Float64Array): number {
  let best = sorted[0] as number;
  let bestCount = 0;
  let start = 0;
  for (let i = 1; i <= sorted.length; i++) {
    if (sorted[i] === sorted[start]) continue;
    if (i - start > bestCount) {
      bestCount = i - start;
      best = sorted[start] as number;
    }
    start = i;
  }
  return best;
}
