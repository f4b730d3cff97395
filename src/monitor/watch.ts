/**
 * @file What is watched of a column, by its type: its values, its missing share, and what it holds that the reference never held.
 *
 * A reference must be compared fairly with rows it has not seen. Its own words and categories are therefore counted without the
 * row at hand: a word is new to a reference row when no other reference row has it.
 */

import type { Column, ColumnType, ImageColumn, NumericColumn, StringColumn } from '../data/table.ts';
import { categories, type Feature, numbers, share } from './feature.ts';
import { wordsOf } from './words.ts';

export interface NamedFeature {
  /** As a sentence names it: `value`, `missing`, `length in words`. */
  readonly name: string;
  readonly feature: Feature;
}

/** In how many reference rows a word or category occurs. Plain JSON: a list, because words are the user's. */
export type Occurrences = readonly (readonly [string, number])[];

/** The features of one column. `inReference` says that the rows are those that `known` was counted on. */
type Watch<C extends Column> = (column: C, known: ReadonlyMap<string, number>, inReference: boolean) => NamedFeature[];

/** Why a column is left alone; the sentence stands in the report. */
export const unwatched: Partial<Readonly<Record<ColumnType, string>>> = {
  id: 'an id is new in every row by its nature, so a change in it says nothing',
  time: 'time only moves forward, so every window differs from the reference',
};

/** Words or categories of a column with the number of rows that hold them; empty for a column that has neither. */
export function occurrences(column: Column): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  if (column.type === 'category') for (const value of column.values) if (value !== null) count(value);
  if (column.type === 'text') for (const text of column.values) for (const word of new Set(wordsOf(text ?? ''))) count(word);
  return counts;
}

/** Everything watched of a column; empty when its type is not. */
export function watchColumn(column: Column, known: ReadonlyMap<string, number>, inReference: boolean): NamedFeature[] {
  switch (column.type) {
    case 'number':
    case 'integer':
      return watchNumber(column, known, inReference);
    case 'boolean':
      return watchBoolean(column, known, inReference);
    case 'category':
      return watchCategory(column, known, inReference);
    case 'text':
      return watchText(column, known, inReference);
    case 'image':
    case 'audio':
      return watchImage(column, known, inReference);
    case 'id':
    case 'time':
      return [];
  }
}

const watchNumber: Watch<NumericColumn> = ({ values }) => [
  { name: 'value', feature: numbers(values) },
  { name: 'missing', feature: share(Array.from(values, Number.isNaN)) },
];

const watchBoolean: Watch<NumericColumn> = ({ values }) => [
  { name: 'value', feature: categories(Array.from(values, (value) => (Number.isNaN(value) ? null : String(value === 1)))) },
  { name: 'missing', feature: share(Array.from(values, Number.isNaN)) },
];

const watchCategory: Watch<StringColumn> = ({ values }, known, inReference) => {
  const present = values.filter((value) => value !== null);
  return [
    { name: 'value', feature: categories(values) },
    { name: 'unseen categories', feature: share(present.map((value) => isNew(value, known, inReference))) },
    { name: 'missing', feature: share(values.map((value) => value === null)) },
  ];
};

const watchText: Watch<StringColumn> = ({ values }, known, inReference) => {
  const texts = values.filter((value) => value !== null);
  const words = texts.map(wordsOf);
  const newShare = (row: readonly string[]): number => row.filter((word) => isNew(word, known, inReference)).length / row.length;
  return [
    { name: 'length in words', feature: numbers(words.map((row) => row.length)) },
    { name: 'length in characters', feature: numbers(texts.map((text) => text.length)) },
    { name: 'share of unseen words', feature: numbers(words.filter((row) => row.length > 0).map(newShare)) },
    { name: 'missing', feature: share(values.map((value) => value === null)) },
  ];
};

const watchImage: Watch<ImageColumn> = ({ pixels, height, width, channels }) => {
  const size = height * width * channels;
  const means: number[] = [];
  const deviations: number[] = [];
  for (let from = 0; from < pixels.length; from += size) {
    let total = 0;
    let squares = 0;
    for (let at = from; at < from + size; at++) {
      const pixel = pixels[at] as number;
      total += pixel;
      squares += pixel * pixel;
    }
    const mean = total / size;
    means.push(mean);
    deviations.push(Math.sqrt(Math.max(0, squares / size - mean * mean)));
  }
  return [
    { name: 'brightness', feature: numbers(means) },
    { name: 'contrast', feature: numbers(deviations) },
  ];
};

function isNew(key: string, known: ReadonlyMap<string, number>, inReference: boolean): boolean {
  return (known.get(key) ?? 0) <= (inReference ? 1 : 0);
}
