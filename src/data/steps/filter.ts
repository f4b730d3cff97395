/** @file Step `filter`: rows for which a condition does not hold are left out of preparation. */

import Type from 'typebox';
import { expressionError } from '../expression/errors.ts';
import { readExpression } from '../expression/expression.ts';
import { defineRowsStep } from './step.ts';

export const filter = defineRowsStep({
  name: 'filter',
  kind: 'rows',
  needsSplit: false,
  summary:
    'Keeps the rows for which a condition is true, in every part; where it is false or missing the row goes. Requests are never filtered.',
  options: Type.Object(
    { keep: Type.String({ minLength: 1, description: "The condition, such as `age >= 18 and country != 'test'`" }) },
    { additionalProperties: false },
  ),
  async choose(frame, { keep }) {
    const condition = readExpression(keep, frame.columns);
    if (condition.type !== 'boolean') {
      throw expressionError(
        'EXPRESSION_TYPE',
        keep,
        0,
        `a condition is true or false, and this is a ${condition.type}`,
        'compare it with something: `age >= 18`',
      );
    }
    const cells = frame.cells(condition.reads);
    if (condition.sql === undefined) {
      // Functions that only JavaScript computes: the condition becomes a column for a moment, which nothing reads afterwards.
      const sql = frame.expression({
        name: '',
        type: 'boolean',
        reads: condition.reads,
        apply: (inputs, rowCount) => ({
          name: '',
          type: 'boolean',
          values: Float64Array.from({ length: rowCount }, (_, row) => condition.valueAt(inputs)(row) as number),
        }),
      });
      return { drop: `SELECT r FROM ${frame.from} WHERE ${sql} IS DISTINCT FROM 1` };
    }
    return { drop: `SELECT r FROM ${frame.from} WHERE ${condition.sql(cells)} IS DISTINCT FROM 1` };
  },
  describe: ({ keep }) => `rows stay where ${keep}`,
});
