/** @file The one column of a type that some networks read. */

import type { ColumnSchema } from '../../data/index.ts';
import type { ColumnType } from '../../data/table.ts';

/** True with its name, or why there is no single column of these types. */
export function onlyColumn(
  columns: readonly ColumnSchema[],
  ...types: readonly ColumnType[]
): { readonly verdict: true | string; readonly name: string } {
  const [first, ...others] = columns.filter((column) => types.includes(column.type));
  if (first === undefined) return { verdict: `it reads one ${types.join(' or ')} column, and there is none`, name: '' };
  if (others.length > 0)
    return { verdict: `it reads one ${types.join(' or ')} column, and there are ${others.length + 1}`, name: first.name };
  return { verdict: true, name: first.name };
}
