/** @file Step `drop_duplicates`: of rows that are equal, the first stays. */

import Type from 'typebox';
import { PARTS } from '../dataset.ts';
import { equalRows } from './equal-rows.ts';
import { columnsOption, defineRowsStep, namedColumns } from './step.ts';

/** Rows that are measured on stay as they came: only these parts lose rows. */
const CLEANED = `p IN (${PARTS.indexOf('all')}, ${PARTS.indexOf('train')})`;

export const dropDuplicates = defineRowsStep({
  name: 'drop_duplicates',
  kind: 'rows',
  needsSplit: false,
  summary: 'Keeps the first of equal rows in the training data; ids are not compared. Given validation and test parts stay whole.',
  options: Type.Object(columnsOption, { additionalProperties: false }),
  async choose(frame, options) {
    const compared = namedColumns(options) ?? frame.columns.filter(({ type }) => type !== 'id').map(({ name }) => name);
    const cells = frame.cells(compared);
    const equal = await equalRows(frame, cells, CLEANED, 'count(*) > 1');
    return equal === undefined
      ? {}
      : {
          drop: `SELECT r FROM (SELECT r, row_number() OVER (PARTITION BY ${cells.join(', ')} ORDER BY r) AS place FROM ${equal}) WHERE place > 1`,
        };
  },
  describe: (options) => `the first of the rows that agree in ${namedColumns(options)?.join(', ') ?? 'every column but ids'} stays`,
});
