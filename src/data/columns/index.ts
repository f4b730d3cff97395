/** @file The table of column types, and the choice of one for a column. */

import type { Column, ColumnType, EmbeddingColumn, ImageColumn, ListColumn, NumericColumn, SeriesColumn, StringColumn } from '../table.ts';
import { audio } from './audio.ts';
import { boolean } from './boolean.ts';
import { category } from './category.ts';
import type { ColumnKind, Recognition } from './column-kind.ts';
import { embedding } from './embedding.ts';
import { id } from './id.ts';
import { image } from './image.ts';
import { integer } from './integer.ts';
import { list } from './list.ts';
import { number } from './number.ts';
import { series } from './series.ts';
import type { CellReaders, ColumnStats } from './stats.ts';
import { text } from './text.ts';
import { time } from './time.ts';

/** The shape in memory of each column type. */
export interface ColumnByType {
  boolean: NumericColumn;
  time: NumericColumn;
  integer: NumericColumn;
  number: NumericColumn;
  id: StringColumn;
  text: StringColumn;
  category: StringColumn;
  image: ImageColumn;
  audio: ImageColumn;
  list: ListColumn;
  embedding: EmbeddingColumn;
  series: SeriesColumn;
}

/** One row a column type; a new one is its file and its line here. */
export const columnKinds: { readonly [T in ColumnType]: ColumnKind<ColumnByType[T]> } = {
  boolean,
  time,
  integer,
  number,
  id,
  text,
  category,
  image,
  audio,
  list,
  embedding,
  series,
};

export const COLUMN_TYPES = Object.keys(columnKinds) as readonly ColumnType[];

/** What the kind of a column does, for a column whose type is only known at run time. */
export function kindOf(type: ColumnType): ColumnKind<Column> {
  // Each kind is only ever given columns of its own type, which the table above ties together.
  return columnKinds[type] as unknown as ColumnKind<Column>;
}

/** The types that cannot read every cell, as `observeCells` wants them. */
export const cellReaders: CellReaders = COLUMN_TYPES.flatMap((type) => {
  const kind = kindOf(type);
  return kind.reads ? [{ type, reads: kind.reads }] : [];
});

/** The type with the strongest claim on a column; the reason names the evidence. */
export function recogniseColumn(stats: ColumnStats): Recognition & { readonly type: ColumnType } {
  let best: (Recognition & { readonly type: ColumnType }) | undefined;
  for (const type of COLUMN_TYPES) {
    const claim = kindOf(type).recognise(stats);
    if (claim && (best === undefined || claim.score > best.score)) best = { type, ...claim };
  }
  return best ?? { type: 'category', score: 0, why: 'no type has a claim on it' };
}
