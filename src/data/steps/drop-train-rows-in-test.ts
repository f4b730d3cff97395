/** @file Step `drop_train_rows_in_test`: what the model is measured on must not have been shown to it. */

import Type from 'typebox';
import { PARTS } from '../dataset.ts';
import { equalRows } from './equal-rows.ts';
import { defineRowsStep } from './step.ts';

export const dropTrainRowsInTest = defineRowsStep({
  name: 'drop_train_rows_in_test',
  kind: 'rows',
  needsSplit: true,
  summary:
    'Drops a row from train that also stands in validation or test, and from validation one that stands in test; ids and the target are not compared.',
  options: Type.Object({}, { additionalProperties: false }),
  async choose(frame, _options, { target }) {
    const compared = frame.columns.filter(({ name, type }) => type !== 'id' && name !== target);
    const cells = compared.map(({ cell }) => cell);
    const equal = await equalRows(frame, cells, `p >= ${PARTS.indexOf('train')}`, 'min(p) < max(p)');
    if (equal === undefined) return {};
    // The parts are numbered in the order in which they are measured: an equal row in a later one drives this one out.
    return { drop: `SELECT r FROM (SELECT r, p, max(p) OVER (PARTITION BY ${cells.join(', ')}) AS last FROM ${equal}) WHERE p < last` };
  },
  describe: () => 'a row that is measured on is not trained on',
});
