/** @file What a recipe declares of a dataset's columns. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import { COLUMN_TYPES } from './columns/index.ts';
import { plural } from './columns/words.ts';
import type { ColumnType } from './table.ts';

/** Types that the recipe declares, by column. */
export type DeclaredTypes = Readonly<Record<string, ColumnType>>;

/** The declared type of a column, if there is one; a name such as `constructor` is looked up like any other. */
export function typeIn(declared: DeclaredTypes, name: string): ColumnType | undefined {
  return Object.hasOwn(declared, name) ? declared[name] : undefined;
}

/** Beyond this share of cells that a declared type cannot read, the declaration is refused. */
export const LARGEST_UNREADABLE_SHARE = 0.5;

/** Refuses a declaration for a column that is not there, or of a type that is not known. */
export function requireKnown(declared: DeclaredTypes, names: readonly string[]): void {
  for (const [name, type] of Object.entries(declared)) {
    if (!names.includes(name)) {
      throw new MoatError(`\`columns\` names "${name}", which is no column of the data`, {
        code: 'COLUMN_UNKNOWN',
        why: `the data has ${plural(names.length, 'column')}`,
        fix: didYouMean(name, names),
      });
    }
    if (!COLUMN_TYPES.includes(type)) {
      throw new MoatError(`"${type}" is no column type`, {
        code: 'COLUMN_TYPE_UNKNOWN',
        why: `\`columns\` declares it for "${name}"`,
        fix: didYouMean(type, COLUMN_TYPES),
      });
    }
  }
}
