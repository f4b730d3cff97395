/**
 * @file Whether the cells of a column hold several categories each, and which sign separates them.
 *
 * A sign alone proves nothing: "Smith, John", "Portland, OR" and a sentence have commas, too. A list is known by its items: they
 * are short, come again in other combinations, and stand now in one place and now in another.
 */

import { LIST_FORMATS, type ListFormat, readItems } from './list-text.ts';
import { sequenceEvidence } from './sequence-evidence.ts';
import { type ColumnStats, countWords } from './stats.ts';
import { count } from './words.ts';

export interface ListEvidence {
  readonly format?: ListFormat;
  readonly why: string;
}

const NEARLY_ALL = 0.98;
/** Longer items are texts. */
const LONGEST_ITEM = 40;
const MOST_WORDS = 4;
/** Values that are longer on average are texts, whatever signs are in them. */
const LONGEST_VALUE = 200;

interface Demands {
  /** Share of the values that must have the sign: a comma is common in what is no list. */
  readonly withSign: number;
  readonly fewestValues: number;
  /** Rows for each distinct item, on average. */
  readonly uses: number;
  /** Share of the items that come in more than one place among their neighbours, of those that come in several values. */
  readonly moving: number;
}

const DEMANDS: { readonly [F in ListFormat]?: Demands } = {
  pipe: { withSign: 0.1, fewestValues: 3, uses: 1.5, moving: 0.2 },
  semicolon: { withSign: 0.1, fewestValues: 3, uses: 1.5, moving: 0.2 },
  comma: { withSign: 0.3, fewestValues: 8, uses: 3, moving: 0.5 },
};

/** Nothing when the values are no lists; a space separates words before it separates items, so it must be declared. */
export function listEvidence(stats: ColumnStats): ListEvidence | undefined {
  return bracketedEvidence(stats) ?? LIST_FORMATS.map((format) => separatedEvidence(stats, format)).find((found) => found !== undefined);
}

/** The sign of a column that was declared to hold lists: the one that most values have, if any. */
export function separatorOf(stats: ColumnStats): ListFormat | undefined {
  if (isBracketed(stats)) return undefined;
  const counts = LIST_FORMATS.map((format) => ({ format, rows: rowsWhere(stats, (cell) => (readItems(cell, format)?.length ?? 0) > 1) }));
  // a space only where no other sign is: it stands beside the others, too
  const signs = counts.filter(({ format, rows }) => rows > 0 && format !== 'space');
  const found = signs.length > 0 ? signs : counts.filter(({ rows }) => rows > 0);
  return found.toSorted((a, b) => b.rows - a.rows)[0]?.format;
}

function bracketedEvidence(stats: ColumnStats): ListEvidence | undefined {
  if (!isBracketed(stats)) return undefined;
  const numbers = sequenceEvidence(stats);
  if (numbers !== undefined) return numbers.type === 'list' ? { why: numbers.why } : undefined;
  const { items, occurrences } = itemsOf(stats, undefined);
  if (items.size === 0 || !areShort(items, NEARLY_ALL)) return undefined;
  return { why: `lists of ${told(items.size, occurrences, stats)}` };
}

function isBracketed({ readable, valueCount }: ColumnStats): boolean {
  return valueCount > 0 && (readable.list ?? 0) >= NEARLY_ALL * valueCount;
}

function separatedEvidence(stats: ColumnStats, format: ListFormat): ListEvidence | undefined {
  const demands = DEMANDS[format];
  const { valueCount, readable } = stats;
  if (
    demands === undefined ||
    stats.meanCharacters > LONGEST_VALUE ||
    (readable.number ?? 0) > valueCount / 2 ||
    (readable.time ?? 0) > valueCount / 2
  )
    return undefined;
  const withSign = rowsWhere(stats, (cell) => (readItems(cell, format)?.length ?? 0) > 1);
  if (withSign < demands.withSign * valueCount) return undefined;
  const { items, occurrences, severalCount, lengths } = itemsOf(stats, format);
  if (severalCount < demands.fewestValues || !areShort(items, 1)) return undefined;
  const shared = [...items.values()].filter(({ values }) => values > 1);
  const moving = shared.filter(({ places }) => places.size > 1).length;
  // in every value as many items, each in one place, or numbers: the parts of one thing, such as a city and its state, or a pair
  const isComposed = lengths.size === 1 && (moving < 0.9 * shared.length || [...items.keys()].every((item) => /^[\d.+-]+$/.test(item)));
  const isUsed = occurrences >= demands.uses * items.size && shared.length >= items.size / 2;
  if (isComposed || !isUsed || moving < demands.moving * shared.length) return undefined;
  return { format, why: `a ${format} separates ${told(items.size, occurrences, stats)}` };
}

interface Item {
  rows: number;
  values: number;
  readonly places: Set<number>;
}

/** The items with the distinct values and the places that they stand in; of a value without the sign it is the only one. */
function itemsOf({ distinct }: ColumnStats, format: ListFormat | undefined) {
  const items = new Map<string, Item>();
  const lengths = new Set<number>();
  let [occurrences, severalCount] = [0, 0];
  for (const [cell, rowCount] of distinct) {
    const found = readItems(cell, format) ?? [];
    lengths.add(found.length);
    if (found.length > 1) severalCount++;
    for (const [place, name] of found.entries()) {
      const item = items.get(name) ?? { rows: 0, values: 0, places: new Set() };
      items.set(name, item);
      item.rows += rowCount;
      item.values++;
      item.places.add(place);
      occurrences += rowCount;
    }
  }
  return { items, occurrences, severalCount, lengths };
}

function areShort(items: ReadonlyMap<string, Item>, share: number): boolean {
  let short = 0;
  for (const name of items.keys()) if (name.length <= LONGEST_ITEM && countWords(name) <= MOST_WORDS && !SENTENCE.test(name)) short++;
  return short >= share * items.size;
}

const SENTENCE = /[!?。！？]|\.\s/u;

function rowsWhere({ distinct }: ColumnStats, holds: (cell: string) => boolean): number {
  let rows = 0;
  for (const [cell, rowCount] of distinct) if (holds(cell)) rows += rowCount;
  return rows;
}

function told(itemCount: number, occurrences: number, { valueCount }: ColumnStats): string {
  return `${count(itemCount)} distinct items, ${Number((occurrences / valueCount).toFixed(1))} in a value on average`;
}
