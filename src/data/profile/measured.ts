/** @file The one number a row by which columns of many values are drawn, expected and compared in SQL. */

import type { ColumnSchema } from '../dataset.ts';

export interface Measured {
  /** Of a row; NULL where the value is missing. */
  readonly sql: string;
  /** As a sentence names it. */
  readonly of: string;
}

/** Items of a list, numbers of a series, the Euclidean length of a vector; nothing for a type that holds one value a row. */
export function measuredBy({ type }: ColumnSchema, c: string): Measured | undefined {
  switch (type) {
    case 'list':
      return { sql: `len(${c})`, of: 'items' };
    case 'series':
      return { sql: `len(${c})`, of: 'numbers' };
    case 'embedding':
      return { sql: `sqrt(list_sum(list_transform(${c}, lambda x: x::DOUBLE * x)))`, of: 'length of the vector' };
    default:
      return undefined;
  }
}
