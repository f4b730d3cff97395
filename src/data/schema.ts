/** @file What a recipe declares of a dataset's columns. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import { COLUMN_TYPES, kindOf } from './columns/index.ts';
import { plural } from './columns/words.ts';
import type { ColumnType } from './table.ts';

/** A type, and perhaps how its cells are written: `time`, `time month_first`, `number 1.234,5`. */
export type DeclaredType = ColumnType | `${ColumnType} ${string}`;

/** Types that the recipe declares, by column. */
export type DeclaredTypes = Readonly<Record<string, DeclaredType>>;

/** The declared type of a column, if there is one; a name such as `constructor` is looked up like any other. */
export function typeIn(declared: DeclaredTypes, name: string): ColumnType | undefined {
  return Object.hasOwn(declared, name) ? (declared[name]?.split(' ')[0] as ColumnType) : undefined;
}

/** A type with its way of writing, as a recipe declares them. */
export function declaredType({ type, format }: { readonly type: ColumnType; readonly format?: string }): DeclaredType {
  return format === undefined ? type : `${type} ${format}`;
}

/** The declared way of writing, if there is one. */
export function formatIn(declared: DeclaredTypes, name: string): string | undefined {
  const text = Object.hasOwn(declared, name) ? (declared[name] as string) : '';
  const at = text.indexOf(' ');
  return at === -1 ? undefined : text.slice(at + 1);
}

/** Beyond this share of cells that a declared type cannot read, the declaration is refused. */
export const LARGEST_UNREADABLE_SHARE = 0.5;

/** Refuses a declaration for a column that is not there, or of a type that is not known. */
export function requireKnown(declared: DeclaredTypes, names: readonly string[]): void {
  for (const name of Object.keys(declared)) {
    const type = typeIn(declared, name) as ColumnType;
    const format = formatIn(declared, name);
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
    const { formats = [] } = kindOf(type);
    if (format !== undefined && !formats.includes(format)) {
      throw new MoatError(`"${format}" is no way to write a ${type}`, {
        code: 'COLUMN_FORMAT_UNKNOWN',
        why: `\`columns\` declares it for "${name}"`,
        fix: formats.length === 0 ? `write ${type} alone` : didYouMean(format, formats),
      });
    }
  }
}
