/** @file What is declared of a dataset's columns, and what its schema says of them. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import { COLUMN_TYPES, kindOf } from './columns/index.ts';
import { compareStrings } from './columns/strings.ts';
import { plural } from './columns/words.ts';
import { type ColumnSchema, LISTED_CATEGORIES } from './dataset.ts';
import type { Column, ColumnType } from './table.ts';
import { isMissing, isPixels } from './table-ops.ts';

/** Types that the recipe declares, by column. */
export type DeclaredTypes = Readonly<Record<string, ColumnType>>;

/** The declared type of a column, if there is one; a name such as `constructor` is looked up like any other. */
export function typeIn(declared: DeclaredTypes, name: string): ColumnType | undefined {
  return Object.hasOwn(declared, name) ? declared[name] : undefined;
}

/** Beyond this share of cells that a declared type cannot read, the declaration is refused. */
export const LARGEST_UNREADABLE_SHARE = 0.5;

/** What a schema says about the values of one column, over the pieces of it that count. */
export function describeColumn(pieces: readonly Column[]): Pick<ColumnSchema, 'nullable' | 'categories' | 'shape'> {
  const [first] = pieces;
  const nullable = pieces.some((column) => hasGap(column));
  if (first && isPixels(first)) return { nullable, shape: [first.height, first.width, first.channels] };
  if (first?.type === 'boolean') return { nullable, categories: ['false', 'true'] };
  if (first?.type !== 'category') return { nullable };
  const distinct = new Set<string>();
  for (const piece of pieces) {
    if (piece.type !== 'category') continue;
    for (const value of piece.values) if (value !== null) distinct.add(value);
  }
  return { nullable, categories: [...distinct].sort(compareStrings).slice(0, LISTED_CATEGORIES) };
}

/** Reads a column that is already stored as another type, by way of its text. */
export function retypeColumn(column: Column, type: ColumnType): Column {
  if (column.type === type) return column;
  const kind = kindOf(column.type);
  const rowCount = isPixels(column) ? 0 : column.values.length;
  const cells = Array.from({ length: rowCount }, (_, row) => kind.text(column, row));
  const { column: read, unreadableCount, firstUnreadable = 0 } = kindOf(type).parse(column.name, cells);
  if (unreadableCount <= LARGEST_UNREADABLE_SHARE * cells.length) return read;
  throw new MoatError(`column "${column.name}" cannot be read as ${type}`, {
    code: 'COLUMN_TYPE_WRONG',
    why: `${plural(unreadableCount, 'cell')} of ${cells.length} hold something else, the first in row ${firstUnreadable + 1}`,
    fix: 'declare another type for it under `columns`, or leave it out to have the type recognised',
  });
}

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

function hasGap(column: Column): boolean {
  if (isPixels(column)) return false;
  for (let row = 0; row < column.values.length; row++) if (isMissing(column, row)) return true;
  return false;
}
