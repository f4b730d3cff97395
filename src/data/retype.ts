/** @file Columns that the recipe declares as another type than the import found: read again, by way of their text. */

import { MoatError } from '../engine/errors.ts';
import { kindOf } from './columns/index.ts';
import { plural } from './columns/words.ts';
import { type DeclaredTypes, formatIn, LARGEST_UNREADABLE_SHARE, typeIn } from './schema.ts';
import { isNumericType, isStringType } from './steps/cells.ts';
import type { Frame, FrameColumn } from './steps/frame.ts';
import type { Column, ColumnType } from './table.ts';
import { columnLength } from './table-ops.ts';

export async function retype(frame: Frame, declared: DeclaredTypes): Promise<void> {
  const columns = frame.columns.filter(({ name, type }) => (typeIn(declared, name) ?? type) !== type);
  if (columns.length === 0) return;
  const changes = frame.write({
    writes: columns.map((column) => reading(column, typeIn(declared, column.name) as ColumnType, formatIn(declared, column.name))),
  });
  await frame.settle(columns);
  for (const [i, { name, cell }] of columns.entries()) {
    const after = changes[i]?.after as FrameColumn;
    const [[unreadable, all, first] = []] = await frame.rows(
      `SELECT count(*) FILTER (WHERE ${cell} IS NOT NULL AND ${after.cell} IS NULL), count(*),
        min(r) FILTER (WHERE ${cell} IS NOT NULL AND ${after.cell} IS NULL) FROM ${frame.from}`,
    );
    if (Number(unreadable) <= LARGEST_UNREADABLE_SHARE * Number(all)) continue;
    throw new MoatError(`column "${name}" cannot be read as ${after.type}`, {
      code: 'COLUMN_TYPE_WRONG',
      why: `${plural(Number(unreadable), 'cell')} of ${all} hold something else, the first in row ${Number(first) + 1}`,
      fix: 'declare another type for it under `columns`, or leave it out to have the type recognised',
    });
  }
}

function reading({ name, type: before }: FrameColumn, type: ColumnType, format: string | undefined) {
  const isWhole = (cell: string): string => `abs(${cell}) < 1e15 AND ${cell} = floor(${cell})`;
  return {
    name,
    type,
    reads: [name],
    apply: ([column]: readonly Column[]): Column => {
      const kind = kindOf(before);
      const cells = Array.from({ length: columnLength(column as Column) }, (_, row) => kind.text(column as Column, row));
      return kindOf(type).parse(name, cells, format).column;
    },
    // a whole number reads the same in both languages; everything else goes the long way
    ...((before === 'integer' || before === 'number') &&
      isStringType(type) && {
        sql: ([cell = '']: readonly string[], js: () => string) =>
          `CASE WHEN ${isWhole(cell)} THEN ${cell}::BIGINT::VARCHAR WHEN ${cell} IS NOT NULL THEN ${js()} END`,
      }),
    ...(before === 'integer' && isNumericType(type) && type === 'number' && { sql: ([cell = '']: readonly string[]) => cell }),
  };
}
