/** @file What every column type answers: is this column one, how is a cell read, how does a value travel as JSON, what is worth knowing. */

import type { Field } from '../dataset.ts';
import type { Column } from '../table.ts';
import type { ColumnStats } from './stats.ts';

/** How sure a type is of a column, from 0 to 1, and the evidence in words. */
export interface Recognition {
  readonly score: number;
  readonly why: string;
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
  Record<string, number | string | Readonly<Record<string, number>> | readonly (readonly [string, number])[]>
>;

/** How `parse` reads one raw cell, said as SQL over `cell`, an expression of type VARCHAR: the very same value for every text. */
export interface ParseSql {
  /** The stored value, or NULL for a missing, unreadable or not finite cell. */
  readonly value: string;
  /**
   * True where something about the cell is to be counted: it is unreadable or not finite, or is evidence against the type
   * (a leading zero). May also be true elsewhere, which costs time and changes nothing; never NULL.
   */
  readonly odd: string;
}

export interface ColumnKind<C extends Column> {
  readonly type: C['type'];
  /** One sentence for the documentation. */
  readonly summary: string;
  /** Whether one trimmed cell, which is not a missing token, can be read. Left out where every text can. */
  reads?(cell: string): boolean;
  /** The claim of this type on a column, from the evidence; nothing when it makes none. */
  recognise(stats: ColumnStats): Recognition | undefined;
  /** Reads raw cells; missing tokens and unreadable cells become missing. */
  parse(name: string, cells: readonly (string | null)[]): Parsed<C>;
  /** `parse` in SQL, for rows that do not fit into memory; a type without it is read by `parse`, chunk by chunk. A generic test compares the two. */
  parseSql?(cell: string): ParseSql;
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
