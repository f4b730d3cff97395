/**
 * @file multi_hot: a list as a 1 at the place of each of its items, however often it holds them.
 *
 * As in one_hot, the items that most rows hold get a place each; when there are more than the limit, the rest share the place
 * "other", and so does an item that training never saw; without such a place an unseen one is left out. An empty list is all
 * zeros, a missing one has an indicator of its own.
 */

import { Type } from 'typebox';
import { defineEncoder, type Features } from './encoder.ts';
import type { OneHotOptions } from './one-hot.ts';
import { mostFrequent } from './vocabulary.ts';

export const multiHot = defineEncoder({
  name: 'multi_hot',
  types: ['list'],
  state: Type.Object({ items: Type.Array(Type.String()), other: Type.Boolean(), missing: Type.Boolean() }),

  fit({ values }, { maxCategories }: OneHotOptions) {
    const counts = new Map<string, number>();
    for (const items of values) for (const item of new Set(items)) counts.set(item, (counts.get(item) ?? 0) + 1);
    return { items: mostFrequent(counts, maxCategories), other: counts.size > maxCategories, missing: values.includes(null) };
  },

  open({ items, other, missing }, cellsOf): Features {
    const places = new Map(items.map((item, place) => [item, place]));
    const otherPlace = other ? items.length : undefined;
    const width = items.length + Number(other) + Number(missing);
    return {
      width,
      reader(column) {
        const { values } = cellsOf(column);
        return (row, into) => {
          const list = values[row] as readonly string[] | null;
          if (list === null) {
            if (missing) into.add(width - 1, 1);
            return;
          }
          const held = new Set(list.flatMap((item) => places.get(item) ?? otherPlace ?? []));
          for (const place of [...held].sort((a, b) => a - b)) into.add(place, 1);
        };
      },
      // Behind "other" stand items that were seen but not kept, so nothing can be said of one there.
      unseenRows(column) {
        if (other) return [];
        return [...cellsOf(column).values.entries()].flatMap(([row, list]) => (list?.some((item) => !places.has(item)) ? [row] : []));
      },
    };
  },
});
