/** @file How many folds a recipe's split asks for: small tables are measured out of fold, because a test part of them costs too much. */

import { MoatError } from '../engine/errors.ts';
import type { DatasetVersion } from './dataset.ts';
import type { SplitSpec } from './split.ts';

/** From so many rows on, `auto` takes a test part: it is large enough to measure with, and k trainings are not worth its rows. */
export const SMALL_TABLE_ROWS = 2_000;
const USUAL_FOLDS = 5;

/** 0 for an ordinary split. Given parts are kept, so they cannot be folded. */
export function foldCount({ folds }: SplitSpec, version: DatasetVersion): number {
  const isWhole = version.parts.all !== undefined;
  if (folds === undefined) return 0;
  if (folds === 'auto') return isWhole && version.rowCount < SMALL_TABLE_ROWS ? USUAL_FOLDS : 0;
  if (isWhole) return folds;
  throw new MoatError('given parts cannot be cross-validated', {
    code: 'SPLIT_FOLDS_GIVEN',
    why: '`split.folds` measures every row once, and the data says which rows are measured',
    fix: 'give all rows as one source, or leave `split.folds` out',
  });
}
