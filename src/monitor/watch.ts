/**
 * @file What is watched of a column, by its type: its values, its missing share, and what it holds that the reference never held.
 *
 * A reference must be compared fairly with rows it has not seen. Its own words and categories are therefore counted without the
 * row at hand: a word is new to a reference row when no other reference row has it.
 */

import type {
  Column,
  ColumnType,
  EmbeddingColumn,
  ImageColumn,
  ListColumn,
  NumericColumn,
  SeriesColumn,
  StringColumn,
} from '../data/table.ts';
import { vectorOf } from '../data/table-ops.ts';
import { createRandom } from '../engine/tensor/random.ts';
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
  if (column.type === 'list') for (const items of column.values) for (const item of new Set(items)) count(item);
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
    case 'list':
      return watchList(column, known, inReference);
    case 'embedding':
      return watchEmbedding(column, known, inReference);
    case 'series':
      return watchSeries(column, known, inReference);
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

/** One item of each row, drawn by its number: the items of a row depend on each other, and a test of rows must not count them as many. */
const watchList: Watch<ListColumn> = ({ values }, known, inReference) => {
  const lists = values.filter((items) => items !== null);
  const filled = lists.filter(({ length }) => length > 0);
  const drawn = filled.map((items, row) => items[row % items.length] as string);
  return [
    { name: 'number of items', feature: numbers(lists.map(({ length }) => length)) },
    { name: 'item', feature: categories(drawn) },
    { name: 'unseen items', feature: share(filled.map((items) => items.some((item) => isNew(item, known, inReference)))) },
    { name: 'missing', feature: share(values.map((value) => value === null)) },
  ];
};

/** Directions in which vectors are watched beside their length: a movement of their mean shows in a random one, too. */
const DIRECTIONS = 3;

const watchEmbedding: Watch<EmbeddingColumn> = (column) => {
  const { width, vectors } = column;
  const all = Array.from({ length: vectors.length / width }, (_, row) => vectorOf(column, row));
  const present = all.filter((vector) => !Number.isNaN(vector[0]));
  const along = (direction: Float64Array): number[] =>
    present.map((vector) => vector.reduce((sum, x, k) => sum + x * (direction[k] as number), 0));
  return [
    { name: 'length of the vector', feature: numbers(present.map((vector) => Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0)))) },
    ...Array.from({ length: DIRECTIONS }, (_, i) => ({ name: `direction ${i + 1}`, feature: numbers(along(directionOf(width, i))) })),
    { name: 'missing', feature: share(all.map((vector) => Number.isNaN(vector[0]))) },
  ];
};

/** ±1 / √width at each place, always the same for one width (random projection by signs: Achlioptas, J. Comput. Syst. Sci. 66, 2003). */
function directionOf(width: number, which: number): Float64Array {
  const order = createRandom(which).fork(`direction of ${width}`).permutation(width);
  return Float64Array.from(order, (place) => (place % 2 === 0 ? 1 : -1) / Math.sqrt(width));
}

const watchSeries: Watch<SeriesColumn> = ({ values }) => {
  const present = values.filter((series) => series !== null);
  const moments = present.map((series) => momentsOf(series.filter((x) => !Number.isNaN(x)))).filter(({ mean }) => !Number.isNaN(mean));
  return [
    { name: 'number of values', feature: numbers(present.map(({ length }) => length)) },
    { name: 'mean', feature: numbers(moments.map(({ mean }) => mean)) },
    { name: 'deviation', feature: numbers(moments.map(({ deviation }) => deviation)) },
    { name: 'missing', feature: share(values.map((value) => value === null)) },
  ];
};

/** NaN of no values. */
function momentsOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length) };
}

function isNew(key: string, known: ReadonlyMap<string, number>, inReference: boolean): boolean {
  return (known.get(key) ?? 0) <= (inReference ? 1 : 0);
}
