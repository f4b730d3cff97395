/** @file How many folds a recipe's split asks for, and why: small tables are measured out of fold, because a test part of them costs too much. */

import { MoatError } from '../engine/errors.ts';
import { count } from './columns/words.ts';
import type { DatasetVersion } from './dataset.ts';
import type { SplitSpec } from './split.ts';

/** From so many rows on, `auto` takes a test part: it is large enough to measure with, and k trainings are not worth its rows. */
export const SMALL_TABLE_ROWS = 2_000;
const USUAL_FOLDS = 5;

export interface FoldPlan {
  readonly count: number;
  /** A sentence for a person. */
  readonly why: string;
}

/** Undefined for an ordinary split. Given parts are kept, so they cannot be folded. */
export function planFolds({ folds = 'none' }: SplitSpec, version: Pick<DatasetVersion, 'parts' | 'rowCount'>): FoldPlan | undefined {
  const isWhole = version.parts.all !== undefined;
  if (folds === 'none') return undefined;
  if (folds === 'auto') {
    if (!isWhole || version.rowCount >= SMALL_TABLE_ROWS) return undefined;
    const why = `it has ${count(version.rowCount)} rows, under ${count(SMALL_TABLE_ROWS)}: a test part of them would measure too little and cost too much (split: { test: 0.2 } takes one all the same)`;
    return { count: USUAL_FOLDS, why };
  }
  if (isWhole) return { count: folds, why: 'the recipe says so' };
  throw new MoatError('given parts cannot be cross-validated', {
    code: 'SPLIT_FOLDS_GIVEN',
    why: '`split.folds` measures every row once, and the data says which rows are measured',
    fix: 'give all rows as one source, or leave `split.folds` out',
  });
}
