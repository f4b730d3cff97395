/** @file Step `drop_columns`: the named columns go, here and at prediction. */

import Type from 'typebox';
import { columnsOption, defineRowStep } from './step.ts';

export const dropColumns = defineRowStep({
  name: 'drop_columns',
  kind: 'row',
  summary: 'Takes the named columns out.',
  options: Type.Object(columnsOption, { additionalProperties: false }),
  suits: () => false,
  effect: (columns) => ({ writes: [], drops: columns.map(({ name }) => name) }),
});
