/** @file What every column type answers: is this column one, how is a cell read, how does a value travel as JSON, what is worth knowing. */

import type { Field } from '../dataset.ts';
import type { Column } from '../table.ts';
import type { ColumnStats } from './stats.ts';

/** How sure a type is of a column, from 0 to 1, and the evidence in words. */
export interface Recognition {
  readonly score: number;
  readonly why: string;
  /** How its cells are written, where a cell alone does not say: one of the type's `formats`. */
  readonly format?: string;
}

/** A column read from text cells, with the cells that could not be read (they became missing). */
export interface Parsed<C extends Column> {
  readonly column: C;
  readonly unreadableCount: number;
  /** Index of the first row that could not be read. */
  readonly firstUnreadable?: number;
  /** Cells that said NaN or infinity (they became missing). */
  readonly nonFiniteCount: number;
}

/** Facts that a profile shows beside the counts every column has; plain JSON. */
export type ColumnFacts = Readonly<
  Record<
    string,
    | number
    | string
    | Readonly<Record<string, number>>
    | readonly (readonly [string, number])[]
    /** Lines to be drawn; null is a gap. */
    | readonly (readonly (number | null)[])[]
  >
>;

/** The cells of a plain form, as SQL over an expression of type VARCHAR that is not NULL, and the value that `parse` makes of them. */
export interface PlainSql {
  /** True for cells of the form. They are no missing tokens and no evidence against the type, and `value` is never NULL for them. */
  readonly isPlain: string;
  /** What is stored; asked for where `isPlain` is true. */
  readonly value: string;
}

export interface ColumnKind<C extends Column> {
  readonly type: C['type'];
  /** One sentence for the documentation. */
  readonly summary: string;
  /** Whether one trimmed cell, which is not a missing token, can be read. Left out where every text can. */
  reads?(cell: string, format?: string): boolean;
  /** Ways of writing that a column as a whole must be known to have; without one of them, cells are read as they are written usually. */
  readonly formats?: readonly string[];
  /** The format of a column that was declared to be of this type. */
  formatOf?(stats: ColumnStats): string | undefined;
  /** What all values of a column that is of this type must have in common, such as the width of vectors. */
  shapeOf?(stats: ColumnStats): readonly number[] | undefined;
  /** A single cell that cannot be read refuses the column: as a gap it would hide a fault of whoever made the values. */
  readonly isExact?: boolean;
  /** The claim of this type on a column, from the evidence; nothing when it makes none. */
  recognise(stats: ColumnStats): Recognition | undefined;
  /** Reads raw cells; missing tokens and unreadable cells become missing. */
  parse(name: string, cells: readonly (string | null)[], format?: string, shape?: readonly number[]): Parsed<C>;
  /**
   * Reads the usual cells in SQL, where rows do not fit into memory. All other cells are read by `parse`, a thousand times
   * slower, so this is for speed alone; a generic test compares the two.
   */
  plainSql?(cell: string, format?: string, shape?: readonly number[]): PlainSql;
  /** The same for a cell that comes as a list of numbers (FLOAT[] or DOUBLE[]), whose JSON text `parse` would read. */
  plainList?(list: string, shape?: readonly number[]): PlainSql;
  /** The cell as text, from which `parse` makes the same value again. */
  text(column: C, row: number): string | null;
  /** The value as JSON carries it. */
  toJson(column: C, row: number): unknown;
  /** The inverse of `toJson` for a whole column; null is missing. Throws `WrongValue` at the row it cannot take. */
  fromJson(field: Field, values: readonly unknown[]): C;
  facts(column: C): ColumnFacts;
}

/** Thrown by `fromJson`; the caller knows the request and makes the error that people see. */
export class WrongValue extends Error {
  readonly row: number;
  readonly expected: string;
  readonly got: string;

  constructor(row: number, expected: string, got: string) {
    super(`row ${row}: expected ${expected}, got ${got}`);
    this.name = 'WrongValue';
    this.row = row;
    this.expected = expected;
    this.got = got;
  }
}

/** The kind of a JSON value in words, never the value. */
export function jsonTypeOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a whole number' : 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
