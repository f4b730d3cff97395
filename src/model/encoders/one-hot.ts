/**
 * @file one_hot: a category as a 1 at its own place.
 *
 * The most frequent categories get a place each. When there are more than the limit, the rest share the place
 * "other", and so does a category that training never saw; without such a place an unseen one is all zeros.
 */

import { Type } from 'typebox';
import { defineEncoder, type Features } from './encoder.ts';
import { mostFrequent } from './vocabulary.ts';

export interface OneHotOptions {
  /** Categories with a place of their own. */
  readonly maxCategories: number;
}

export const oneHot = defineEncoder({
  name: 'one_hot',
  types: ['category'],
  state: Type.Object({ categories: Type.Array(Type.String()), other: Type.Boolean(), missing: Type.Boolean() }),

  fit({ values }, { maxCategories }: OneHotOptions) {
    const counts = new Map<string, number>();
    for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
    return {
      categories: mostFrequent(counts, maxCategories),
      other: counts.size > maxCategories,
      missing: values.includes(null),
    };
  },

  open({ categories, other, missing }, cellsOf): Features {
    const places = new Map(categories.map((category, place) => [category, place]));
    const otherPlace = other ? categories.length : undefined;
    const missingPlace = missing ? categories.length + Number(other) : undefined;
    const width = categories.length + Number(other) + Number(missing);
    return {
      width,
      reader(column) {
        const { values } = cellsOf(column);
        return (row, into) => {
          const value = values[row] as string | null;
          const place = value === null ? missingPlace : (places.get(value) ?? otherPlace);
          if (place !== undefined) into.add(place, 1);
        };
      },
      // Behind "other" stand categories that were seen but not kept, so nothing can be said of one there.
      unseenRows(column) {
        if (other) return [];
        return [...cellsOf(column).values.entries()].flatMap(([row, value]) => (value === null || places.has(value) ? [] : [row]));
      },
    };
  },
});
