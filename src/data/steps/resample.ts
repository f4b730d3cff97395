/** @file Step `resample`: the classes of the training rows brought to one size, by repeating rows or by leaving some out. */

import Type from 'typebox';
import { MoatError } from '../../engine/errors.ts';
import { PARTS } from '../dataset.ts';
import { literal } from './lookup.ts';
import { mixed } from './mixed.ts';
import { columnError, defineRowsStep } from './step.ts';

const TRAIN = `p = ${PARTS.indexOf('train')}`;
/** A class repeated more often than this teaches its few rows by heart. */
const MOST_COPIES = 100;

export const resample = defineRowsStep({
  name: 'resample',
  kind: 'rows',
  needsSplit: true,
  summary:
    'Brings the classes of the training rows to one size: `over` repeats rows of the rarer ones, `under` leaves out rows of the more frequent ones. Validation and test rows stay as they are.',
  options: Type.Object(
    {
      method: Type.Union([Type.Literal('over'), Type.Literal('under')], { description: 'over: repeat rows; under: leave rows out' }),
      by: Type.Optional(Type.String({ description: 'The column of classes; left out: the target' })),
      seed: Type.Optional(Type.Integer({ minimum: 0, description: 'The same seed chooses the same rows; left out: 7' })),
    },
    { additionalProperties: false },
  ),
  async choose(frame, { method, by, seed = 7 }, { target }) {
    const column = frame.column(by ?? target);
    if (column.type !== 'boolean' && column.type !== 'category') {
      throw columnError('resample', column.name, `classes are categories or booleans, and its type is ${column.type}`);
    }
    const counted = await frame.rows(`SELECT ${column.cell}, count(*) FROM ${frame.from} WHERE ${TRAIN} GROUP BY 1 ORDER BY 1`);
    const sizes = counted.map(([value, count]) => ({ value: value as string | number | null, count: Number(count) }));
    const wanted = method === 'over' ? Math.max(...sizes.map(({ count }) => count)) : Math.min(...sizes.map(({ count }) => count));
    // Lots alone decide who stays: within a class rows are ranked by them.
    const ranked = (condition: string): string =>
      `SELECT r FROM (SELECT r, ${column.cell} AS s, row_number() OVER (PARTITION BY ${column.cell} ORDER BY ${mixed('r', seed)}, r) AS k
        FROM ${frame.from} WHERE ${TRAIN}) WHERE ${condition}`;
    if (method === 'under')
      return {
        drop: ranked(`k > ${wanted}`),
        summary: `every class of ${column.name} keeps ${wanted.toLocaleString('en-US')} training rows`,
      };
    const scarce = sizes.find(({ count }) => wanted / count > MOST_COPIES);
    if (scarce !== undefined) {
      throw new MoatError(`resample would repeat rows more than ${MOST_COPIES} times`, {
        code: 'RESAMPLE_TOO_FEW',
        why: `a class of "${column.name}" has ${scarce.count} training rows, and the largest has ${wanted}`,
        fix: 'bring more rows of it, join it to another class with `map`, or use `method: under`',
      });
    }
    const extra = await frame.mark(
      ranked(`k <= CASE ${sizes.map(({ value, count }) => whenIs('s', value, String(wanted % count))).join(' ')} END`),
    );
    const whole = sizes.map(({ value, count }) => whenIs(column.cell, value, String(Math.floor(wanted / count) - 1))).join(' ');
    return {
      copies: `CASE WHEN ${TRAIN} THEN (CASE ${whole} ELSE 0 END)${extra === undefined ? '' : ` + ${extra}`} ELSE 0 END`,
      summary: `every class of ${column.name} has ${wanted.toLocaleString('en-US')} training rows, some of them repeated`,
    };
  },
  describe: ({ method }) => (method === 'over' ? 'rows of rarer classes are repeated' : 'rows of more frequent classes are left out'),
});

function whenIs(cell: string, value: string | number | null, then: string): string {
  return `WHEN ${cell} IS NOT DISTINCT FROM ${literal(value)} THEN ${then}`;
}
