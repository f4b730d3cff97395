/** @file How many columns a table may have: the same for every format, and judged before a row is kept. */

import { MoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';

/** More columns than these are taken for a file that is not a table. */
export const MOST_COLUMNS = 3_000;

/** Refuses a table with more columns than that. Columns that would be left out count, too. */
export function requireFewColumns(path: string, columnCount: number): void {
  if (columnCount > MOST_COLUMNS) throw tooManyColumns(path, `it has ${plural(columnCount, 'column')}`);
}

/** The refusal, for a reader that stops at the first column too many: `why` says where. */
export function tooManyColumns(path: string, why: string): MoatError {
  return new MoatError(`${path} has too many columns`, {
    code: 'DATA_TOO_MANY_COLUMNS',
    kind: 'too_large',
    why: `${why}, and ${plural(MOST_COLUMNS, 'column')} is the limit`,
    fix: 'keep those that matter; names of things that stand as columns, such as users or days, belong into one column, one row each',
  });
}
