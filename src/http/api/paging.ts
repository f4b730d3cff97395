/** @file Paging: newest first, and a cursor instead of a page number, so that what is added meanwhile shifts nothing. */

import { Type } from 'typebox';

/** Query fields of a list. `before` is the `next` of the page before. */
export const pageQuery = {
  limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$', description: 'at most 999; 100 unless said otherwise' })),
  before: Type.Optional(Type.String({ maxLength: 200 })),
};

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Give it as `before` to read on; null at the end. */
  readonly next: string | null;
}

export function limitOf(query: { limit?: string }): number {
  return Number(query.limit ?? 100);
}

/** `rows` were asked for with one more than `limit`, which tells whether there is a next page. */
export function pageOf<Item>(rows: readonly Item[], limit: number, cursor: (item: Item) => string): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursor(last) : null };
}

export const pageSchema = <Item extends Parameters<typeof Type.Array>[0]>(item: Item) =>
  Type.Object({ items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) });
