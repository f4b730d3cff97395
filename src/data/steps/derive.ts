/** @file Step `derive`: a column computed from others of the same row, here and at prediction. */

import Type from 'typebox';
import { readExpression } from '../expression/expression.ts';
import type { Type as ValueType } from '../expression/functions.ts';
import type { Column, ColumnType } from '../table.ts';
import { columnError, defineRowStep, type Write } from './step.ts';

/** The column types that a value can stand in; the first is the usual one. */
const TYPES: { readonly [T in ValueType]: readonly ColumnType[] } = {
  number: ['number', 'integer'],
  boolean: ['boolean'],
  time: ['time'],
  text: ['category', 'text', 'id'],
};

export const derive = defineRowStep({
  name: 'derive',
  kind: 'row',
  summary: 'Makes a column from an expression over the others, such as `debt / income`; an existing column of that name is replaced.',
  options: Type.Object(
    {
      column: Type.String({ minLength: 1, description: 'The column to make' }),
      as: Type.String({ minLength: 1, description: 'The expression: columns, numbers, texts in quotes, operators and functions' }),
      type: Type.Optional(
        Type.Enum(['number', 'integer', 'boolean', 'time', 'category', 'text', 'id'], {
          description: 'Its type; left out: number, boolean or time by the expression, and category for a text',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  suits: () => false,
  makes: ({ column }) => [column],
  learnsFromRows: () => false,
  // The types of the columns it reads: a request may lack some, when nothing that the model needs is made from them.
  learn: async (_columns, { as }, { columns }): Promise<Record<string, ColumnType>[]> => {
    const { reads } = readExpression(as, columns);
    return [Object.fromEntries(columns.filter(({ name }) => reads.includes(name)).map(({ name, type }) => [name, type]))];
  },
  effect(_columns, { column, as, type }, [types = {}] = []) {
    const expression = readExpression(
      as,
      Object.entries(types).map(([name, known]) => ({ name, type: known as ColumnType })),
    );
    const fitting = TYPES[expression.type];
    const chosen = type ?? (fitting[0] as ColumnType);
    if (!fitting.includes(chosen)) {
      throw columnError('derive', column, `the expression gives a ${expression.type}, which cannot be of type ${chosen}`);
    }
    const write: Write = {
      name: column,
      type: chosen,
      reads: expression.reads,
      apply(inputs, rowCount) {
        const valueAt = expression.valueAt(inputs);
        if (expression.type === 'text') {
          return { name: column, type: chosen, values: Array.from({ length: rowCount }, (_, row) => valueAt(row)) } as Column;
        }
        const values = Float64Array.from({ length: rowCount }, (_, row) => whole(chosen, valueAt(row) as number));
        return { name: column, type: chosen, values } as Column;
      },
      ...(expression.sql && {
        sql: (cells: readonly string[]) => {
          const sql = expression.sql?.(cells) as string;
          return chosen === 'integer' ? `round(${sql})` : sql;
        },
      }),
    };
    return { writes: [write] };
  },
  describe: (_columns, _learned, { column, as }) => `${column} = ${as}`,
});

/** An integer column holds whole numbers: halves are rounded away from zero. */
function whole(type: ColumnType, value: number): number {
  return type === 'integer' ? Math.sign(value) * Math.round(Math.abs(value)) + 0 : value;
}
