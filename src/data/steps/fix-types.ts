/** @file Step `fix_types`: a column of texts read as what they mean – numbers with currencies and separators, dates of several styles. */

import Type from 'typebox';
import { kindOf } from '../columns/index.ts';
import type { Column, ColumnType } from '../table.ts';
import { isStringType } from './cells.ts';
import { readLooseNumber } from './loose-number.ts';
import { readLooseTime } from './loose-time.ts';
import { columnsOption, defineRowStep, type Write } from './step.ts';

const TYPES = ['number', 'integer', 'boolean', 'time', 'category', 'text'] as const;

export const fixTypes = defineRowStep({
  name: 'fix_types',
  kind: 'row',
  summary:
    'Reads a column of texts as another type: numbers with thousands separators, currencies, percent or brackets for minus; dates of several styles; yes and no. What cannot be read becomes missing.',
  options: Type.Object(
    {
      ...columnsOption,
      to: Type.Enum([...TYPES], { description: 'The type that the column gets' }),
      decimal: Type.Optional(
        Type.Union([Type.Literal('.'), Type.Literal(',')], { description: 'The decimal sign; the other one parts thousands. Left out: .' }),
      ),
      dates: Type.Optional(
        Type.Union([Type.Literal('day_first'), Type.Literal('month_first')], {
          description: 'How 03/04/2024 is meant; left out, only a date with one reading is read',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  suits: () => false,
  mayWriteTarget: true,
  refuses: ({ type }) => (isStringType(type) ? undefined : `it is of type ${type} already; declare another under \`columns\``),
  effect(columns, { to, decimal = '.', dates }) {
    return {
      // rows that were cleaned before have nothing to be fixed
      writes: columns
        .filter(({ type }) => isStringType(type))
        .map((column): Write => {
          return {
            name: column.name,
            type: to,
            reads: [column.name],
            apply: ([input]) => read(input as Column, to, decimal, dates),
            ...((to === 'number' || to === 'integer') && decimal === '.' && { sql: ([cell = ''], js) => plainNumberOr(cell, to, js) }),
          };
        }),
    };
  },
  describe: (columns, _learned, { to }) => `${columns.join(', ')} read as ${to}; what cannot be read became missing`,
});

function read(column: Column, to: ColumnType, decimal: '.' | ',', dates: 'day_first' | 'month_first' | undefined): Column {
  const { name } = column;
  const cells = (column as { values: readonly (string | null)[] }).values;
  const numbers = (of: (cell: string) => number): Column =>
    ({ name, type: to, values: Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : of(cell) + 0)) }) as Column;
  if (to === 'number') return numbers((cell) => readLooseNumber(cell, decimal));
  if (to === 'integer') return numbers((cell) => wholeOrNaN(readLooseNumber(cell, decimal)));
  if (to === 'time') return numbers((cell) => readLooseTime(cell, dates));
  return kindOf(to).parse(name, cells).column;
}

function wholeOrNaN(value: number): number {
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** Digits that DuckDB reads as JavaScript does; signs, separators and currencies go the long way. */
function plainNumberOr(cell: string, to: 'number' | 'integer', js: () => string): string {
  const pattern = to === 'number' ? '-?[0-9]{1,15}([.][0-9]{1,15})?' : '-?[0-9]{1,15}';
  return `CASE WHEN regexp_full_match(${cell}, '${pattern}') THEN CASE WHEN ${cell}::DOUBLE = 0 THEN 0 ELSE ${cell}::DOUBLE END
    WHEN ${cell} IS NOT NULL THEN ${js()} END`;
}
