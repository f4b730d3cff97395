/** @file What a cleaning step is: a function of a column, used in preparation and at prediction alike, or a function of whole parts. */

import Type, { type Static, type TSchema } from 'typebox';
import type { JsonValue, Part } from '../dataset.ts';
import type { Column, Table } from '../table.ts';

interface StepFacts<O extends TSchema> {
  readonly name: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly options: O;
}

/**
 * Works on one column at a time and never looks at another row, so the same function runs on training data and on a
 * request. What it learns, it learns from the training part alone.
 */
export interface RowStep<O extends TSchema = TSchema, L extends JsonValue = JsonValue> extends StepFacts<O> {
  readonly kind: 'row';
  /** The columns that it works on when none is named. */
  suits(column: Column): boolean;
  /** Refuses a named column that it cannot work on: the reason, or undefined. */
  refuses?(column: Column, options: Static<O>): string | undefined;
  /** What must be known of the training rows; its presence says that the split comes first. */
  fit?(column: Column, options: Static<O>): L;
  /** The changed column, the very same object when nothing changes, or undefined to leave it out. */
  apply(column: Column, options: Static<O>, learned: L | undefined): Column | undefined;
  /** What it did or learned, in one sentence for the report; the summary when left out. */
  describe?(columns: readonly string[], learned: readonly L[] | undefined): string;
}

/** Works on whole parts, and only in preparation: it drops rows, and never changes one. */
export interface PartStep<O extends TSchema = TSchema> extends StepFacts<O> {
  readonly kind: 'part';
  /** Whether it compares parts with each other, so that the split comes first. */
  readonly comparesParts: boolean;
  /** The rows to keep of each part that loses some. */
  keep(parts: ReadonlyMap<Part, Table>, options: Static<O>, context: { readonly target: string }): ReadonlyMap<Part, Uint32Array>;
  describe(options: Static<O>): string;
}

export type Step = RowStep | PartStep;

/** For the table: checks a row step against its own types and forgets them. */
export function defineRowStep<O extends TSchema, L extends JsonValue = never>(step: RowStep<O, L>): RowStep {
  return step as unknown as RowStep;
}

export function definePartStep<O extends TSchema>(step: PartStep<O>): PartStep {
  return step as unknown as PartStep;
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
