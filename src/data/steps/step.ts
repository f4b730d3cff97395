/** @file What a cleaning step is: a function of a row, used in preparation and at prediction alike, or a choice of rows, made in preparation only. */

import Type, { type Static, type TSchema } from 'typebox';
import { MoatError } from '../../engine/errors.ts';
import type { JsonValue } from '../dataset.ts';
import type { RelationColumn } from '../relation.ts';
import type { Column } from '../table.ts';
import type { Frame } from './frame.ts';

interface StepFacts<O extends TSchema> {
  readonly name: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly options: O;
}

/**
 * One column that a row step writes: a function of some cells of the same row, told twice. `apply` runs on tables in memory
 * (a request), `sql` on relations (preparation); both must give the same cell for the same cells, and a test holds them together.
 */
export interface Write {
  /** Replaced where there is a column of that name, else added at the end. */
  readonly name: string;
  readonly type: RelationColumn['type'];
  readonly shape?: readonly number[];
  /** The columns whose cells it depends on. */
  readonly reads: readonly string[];
  /** Given the columns of `reads`, in their order. */
  apply(inputs: readonly Column[], rowCount: number): Column;
  /**
   * An expression over the cells of `reads`. `js()` is `apply` as a call inside SQL: about a microsecond a row, so it is for the
   * cells that SQL cannot do. Left out: `js()` does all of them.
   */
  sql?(cells: readonly string[], js: () => string): string;
}

/** What a row step does to a table of the given columns. */
export interface Effect {
  readonly writes: readonly Write[];
  /** Columns that go; after the writes, which may read them. */
  readonly drops?: readonly string[];
}

/** The training rows, asked by SQL. */
export interface Training {
  /** A column's cell in `select`. */
  cell(name: string): string;
  /** The rows of `SELECT select FROM training rows`, `rest` behind it. */
  query(select: string, rest?: string): Promise<readonly (readonly unknown[])[]>;
}

/** What a step may need from outside the row while it learns. */
export interface LearnContext {
  readonly training: Training;
  /** All columns as they stand before the step. */
  readonly columns: readonly RelationColumn[];
  readonly target: string;
  /** Rows of another source, for `join`. */
  readonly readOther: (
    source: string,
    key: { readonly name: string; readonly type: RelationColumn['type'] },
  ) => Promise<{ readonly columns: readonly Column[]; readonly rowCount: number }>;
}

/**
 * Looks at one row at a time, so the same function serves training data and a request. What it learns, it learns from the
 * training rows alone, and that travels in the artifact.
 */
export interface RowStep<O extends TSchema = TSchema, L extends JsonValue = JsonValue> extends StepFacts<O> {
  readonly kind: 'row';
  /** The columns that it works on when the options name none. */
  suits(column: RelationColumn): boolean;
  /** Whether it may write the target: then predictions are made for the written values. */
  readonly mayWriteTarget?: boolean;
  /** Refuses a column that it cannot work on: the reason, or undefined. */
  refuses?(column: RelationColumn, options: Static<O>): string | undefined;
  /** The columns that it makes instead of working on named ones; they need not exist. */
  makes?(options: Static<O>): readonly string[];
  /** One value for each column; its presence says that the split comes first, unless `learnsNothing`. */
  learn?(columns: readonly RelationColumn[], options: Static<O>, context: LearnContext): Promise<readonly L[]>;
  /** What `learn` finds does not depend on the rows (a constant, another table). */
  learnsFromRows?(options: Static<O>): boolean;
  /** The function itself. `all` are the columns of the table at hand; a request has no target. */
  effect(columns: readonly RelationColumn[], options: Static<O>, learned: readonly L[] | undefined, all: readonly RelationColumn[]): Effect;
  /** What it did or learned, in one sentence for the report; the summary when left out. */
  describe?(columns: readonly string[], learned: readonly L[] | undefined, options: Static<O>): string;
}

/** Chooses rows, in preparation only: a request is never dropped or repeated. */
export interface RowsStep<O extends TSchema = TSchema> extends StepFacts<O> {
  readonly kind: 'rows';
  /** Whether it looks at training rows or compares parts, so that the split comes first. */
  readonly needsSplit: boolean;
  /** A query for the numbers `r` of the rows that go, or that are repeated with `times`. */
  choose(frame: Frame, options: Static<O>, context: { readonly target: string }): Promise<Chosen>;
  describe(options: Static<O>): string;
}

export interface Chosen {
  /** SQL that answers one column `r`: rows to drop. Undefined: none. */
  readonly drop?: string;
  /** An expression of rows: how many copies more there are to be of a row that stays. */
  readonly copies?: string;
  readonly summary?: string;
}

export type Step = RowStep | RowsStep;

/** For the table: checks a step against its own types and forgets them. */
export function defineRowStep<O extends TSchema, L extends JsonValue = never>(step: RowStep<O, L>): RowStep {
  return step as unknown as RowStep;
}

export function defineRowsStep<O extends TSchema>(step: RowsStep<O>): RowsStep {
  return step as unknown as RowsStep;
}

/** Options that name columns: `column: Income`, or `columns: [Income, Debt]`. */
export const columnsOption = {
  column: Type.Optional(Type.String({ description: 'The column to work on' })),
  columns: Type.Optional(Type.Array(Type.String(), { minItems: 1, description: 'The columns to work on' })),
};

/** The columns that the options name, or undefined when they name none. */
export function namedColumns(options: unknown): readonly string[] | undefined {
  const { column, columns } = options as { column?: string; columns?: readonly string[] };
  if (column === undefined) return columns;
  return columns === undefined ? [column] : [column, ...columns.filter((name) => name !== column)];
}

/** Writes that each change one column by itself. */
export function eachColumn(
  columns: readonly RelationColumn[],
  write: (column: RelationColumn, place: number) => Pick<Write, 'sql'> & { apply(column: Column): Column; readonly type?: Write['type'] },
): Effect {
  return {
    writes: columns.map((column, place) => {
      const { apply, sql, type } = write(column, place);
      return {
        ...column,
        type: type ?? column.type,
        reads: [column.name],
        apply: ([input]) => apply(input as Column),
        ...(sql && { sql }),
      };
    }),
  };
}

/** A string column with every value passed through `change`; the same object when nothing changes. */
export function mapStrings(column: Column, change: (value: string) => string | null): Column {
  if (column.type !== 'text' && column.type !== 'category' && column.type !== 'id') return column;
  let isChanged = false;
  const values = column.values.map((value) => {
    if (value === null) return null;
    const changed = change(value);
    if (changed !== value) isChanged = true;
    return changed;
  });
  return isChanged ? { ...column, values } : column;
}

/** A list column with every item passed through `change`; the same object when nothing changes. */
export function mapItems(column: Column, change: (item: string) => string): Column {
  if (column.type !== 'list') return column;
  let isChanged = false;
  const values = column.values.map((items) => {
    const changed = items?.map(change) ?? null;
    if (changed?.some((item, i) => item !== items?.[i])) isChanged = true;
    return changed;
  });
  return isChanged ? { ...column, values } : column;
}

/** A numeric column with every value that is there passed through `change`. */
export function mapNumbers(column: Column, change: (value: number) => number): Column {
  if (column.type !== 'number' && column.type !== 'integer' && column.type !== 'boolean' && column.type !== 'time') return column;
  return { ...column, values: column.values.map((value) => (Number.isNaN(value) ? value : change(value))) };
}

/** SQL that answers `sql` for cells of ASCII alone, where SQL and JavaScript agree, and the JavaScript function for the others. */
export function asciiOr(cell: string, sql: string, js: () => string): string {
  return `CASE WHEN strlen(${cell}) = length(${cell}) THEN ${sql} WHEN ${cell} IS NOT NULL THEN ${js()} END`;
}

/** The refusal of a column that a step cannot work on. */
export function columnError(step: string, column: string, why: string): MoatError {
  return new MoatError(`the step ${step} cannot work on column "${column}"`, {
    code: 'STEP_COLUMN',
    why,
    fix: 'name other columns, or declare another type for it under `columns`',
  });
}
