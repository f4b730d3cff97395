/** @file Columns that the recipe declares as another type than the import found: read again, by way of their text. */

import { MoatError } from '../engine/errors.ts';
import { cellReaders, kindOf } from './columns/index.ts';
import { observeCells } from './columns/stats.ts';
import { plural } from './columns/words.ts';
import type { DuckDBValue } from './duckdb.ts';
import { type DeclaredTypes, formatIn, LARGEST_UNREADABLE_SHARE, typeIn } from './schema.ts';
import { isNumericType, isStringType } from './steps/cells.ts';
import type { Frame, FrameColumn } from './steps/frame.ts';
import { columnOfValues } from './stored-columns.ts';
import type { Column, ColumnType } from './table.ts';
import { columnLength } from './table-ops.ts';

export async function retype(frame: Frame, declared: DeclaredTypes): Promise<void> {
  const columns = frame.columns.filter(({ name, type }) => (typeIn(declared, name) ?? type) !== type);
  if (columns.length === 0) return;
  const writes: ReturnType<typeof reading>[] = [];
  for (const column of columns) {
    const type = typeIn(declared, column.name) as ColumnType;
    writes.push(reading(column, type, await writing(frame, column, type, formatIn(declared, column.name))));
  }
  const changes = frame.write({ writes });
  await frame.settle(columns);
  for (const [i, { name, cell }] of columns.entries()) {
    const after = changes[i]?.after as FrameColumn;
    const [[unreadable, all, first] = []] = await frame.rows(
      `SELECT count(*) FILTER (WHERE ${cell} IS NOT NULL AND ${after.cell} IS NULL), count(*),
        min(r) FILTER (WHERE ${cell} IS NOT NULL AND ${after.cell} IS NULL) FROM ${frame.from}`,
    );
    const most = kindOf(after.type).isExact ? 0 : LARGEST_UNREADABLE_SHARE;
    if (Number(unreadable) <= most * Number(all)) continue;
    throw new MoatError(`column "${name}" cannot be read as ${after.type}`, {
      code: 'COLUMN_TYPE_WRONG',
      why: `${plural(Number(unreadable), 'cell')} of ${all} hold something else, the first in row ${Number(first) + 1}`,
      fix: 'declare another type for it under `columns`, or leave it out to have the type recognised',
    });
  }
}

/** How the cells are written, and what they have in common, where the type must know it of the whole column: from some of the distinct ones. */
async function writing(
  frame: Frame,
  { name, type: before, shape, cell }: FrameColumn,
  type: ColumnType,
  declared: string | undefined,
): Promise<Writing> {
  const { formatOf, shapeOf } = kindOf(type);
  if (formatOf === undefined && shapeOf === undefined) return { format: declared, shape: undefined };
  const found = await frame.rows(`SELECT DISTINCT ${cell} FROM ${frame.from} WHERE ${cell} IS NOT NULL LIMIT ${LOOKED_AT}`);
  const column = columnOfValues(
    { name, type: before, ...(shape && { shape }) },
    found.map(([value]) => value as DuckDBValue),
  );
  const stats = observeCells(name, [Array.from(found, (_, row) => kindOf(before).text(column, row))], cellReaders);
  return { format: declared ?? formatOf?.(stats), shape: shapeOf?.(stats) };
}

interface Writing {
  readonly format: string | undefined;
  readonly shape: readonly number[] | undefined;
}

const LOOKED_AT = 1_000;

function reading({ name, type: before }: FrameColumn, type: ColumnType, { format, shape }: Writing) {
  const isWhole = (cell: string): string => `abs(${cell}) < 1e15 AND ${cell} = floor(${cell})`;
  return {
    name,
    type,
    ...(shape && { shape }),
    reads: [name],
    apply: ([column]: readonly Column[]): Column => {
      const kind = kindOf(before);
      const cells = Array.from({ length: columnLength(column as Column) }, (_, row) => kind.text(column as Column, row));
      return kindOf(type).parse(name, cells, format, shape).column;
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
