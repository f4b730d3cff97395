/**
 * @file Learning merges: the most frequent pair of neighbours becomes one symbol, again and again (Sennrich, Haddow & Birch 2016).
 *
 * Of pairs with the same count the one with the smaller symbols goes first, as in the reference implementation, so that the
 * same words give the same merges everywhere. A pair's count is kept up to date by visiting only the words that hold it.
 */

import { Heap } from './heap.ts';

export interface MergeOptions {
  /** Symbols in all, the given ones included. */
  readonly size: number;
  /** A pair that is rarer is not merged. */
  readonly minCount: number;
  /** The symbol that two neighbours make; a continuation loses its prefix. */
  join(left: string, right: string): string;
}

export interface Merges {
  /** All symbols in the order of their numbers: the given ones, then what was merged. */
  readonly symbols: readonly string[];
  /** Pairs in the order in which they were merged. */
  readonly merges: readonly (readonly [string, string])[];
}

/** Words as sequences of symbols, each with its count. */
export interface CountedWord {
  readonly symbols: number[];
  readonly count: number;
}

/** Merges until `size` symbols stand or no pair is frequent enough. The words are used up. */
export function learnMerges(words: readonly CountedWord[], alphabet: readonly string[], options: MergeOptions): Merges {
  const symbols = [...alphabet];
  const numbers = new Map(symbols.map((symbol, number) => [symbol, number]));
  const pairs = new Pairs(words);
  const merges: (readonly [string, string])[] = [];
  while (symbols.length < options.size) {
    const pair = pairs.mostFrequent();
    if (pair === undefined || pair.count < options.minCount) break;
    const left = symbols[pair.left] as string;
    const right = symbols[pair.right] as string;
    const joined = options.join(left, right);
    // two pairs can make the same text: the second way shares the number of the first
    let number = numbers.get(joined);
    if (number === undefined) {
      number = symbols.length;
      numbers.set(joined, number);
      symbols.push(joined);
    }
    merges.push([left, right]);
    pairs.merge(pair, number);
  }
  return { symbols, merges };
}

interface Pair {
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

/** Numbers of symbols stay below this, so that a pair is one number. */
const RADIX = 2 ** 24;

/** The pairs of neighbours of all words with their counts and where they stand. */
class Pairs {
  readonly #words: readonly CountedWord[];
  readonly #counts = new Map<number, number>();
  readonly #places = new Map<number, Set<number>>();
  readonly #queue = new Heap<Pair>(
    (a, b) => a.count > b.count || (a.count === b.count && (a.left < b.left || (a.left === b.left && a.right < b.right))),
  );

  constructor(words: readonly CountedWord[]) {
    this.#words = words;
    for (const [index, { symbols, count }] of words.entries()) {
      for (let i = 1; i < symbols.length; i++) this.#add(keyOf(symbols[i - 1] as number, symbols[i] as number), index, count);
    }
    for (const key of this.#counts.keys()) this.#enqueue(key);
  }

  mostFrequent(): Pair | undefined {
    for (;;) {
      const pair = this.#queue.pop();
      if (pair === undefined) return undefined;
      const count = this.#counts.get(keyOf(pair.left, pair.right)) ?? 0;
      if (count === pair.count) return count > 0 ? pair : undefined;
      // merges since then have made it rarer: it queues again with what is left
      if (count > 0) this.#queue.push({ ...pair, count });
    }
  }

  merge({ left, right }: Pair, joined: number): void {
    const key = keyOf(left, right);
    const changed = new Set<number>();
    for (const index of this.#places.get(key) ?? []) this.#mergeWord(index, left, right, joined, changed);
    this.#counts.delete(key);
    this.#places.delete(key);
    for (const key of changed) if (this.#counts.has(key)) this.#enqueue(key);
  }

  /** Rewrites one word; the pairs that it gained are noted in `changed`. */
  #mergeWord(index: number, left: number, right: number, joined: number, changed: Set<number>): void {
    const { symbols, count } = this.#words[index] as CountedWord;
    let to = 0;
    for (let from = 0; from < symbols.length; from++) {
      const symbol = symbols[from] as number;
      if (symbol !== left || symbols[from + 1] !== right) {
        symbols[to++] = symbol;
        continue;
      }
      const before = to > 0 ? (symbols[to - 1] as number) : undefined;
      const after = symbols[from + 2];
      if (before !== undefined) {
        this.#add(keyOf(before, left), index, -count);
        this.#add(keyOf(before, joined), index, count);
        changed.add(keyOf(before, joined));
      }
      if (after !== undefined) {
        this.#add(keyOf(right, after), index, -count);
        this.#add(keyOf(joined, after), index, count);
        changed.add(keyOf(joined, after));
      }
      symbols[to++] = joined;
      from++;
    }
    symbols.length = to;
  }

  #add(key: number, index: number, count: number): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
    if (count < 0) return;
    const places = this.#places.get(key);
    if (places) places.add(index);
    else this.#places.set(key, new Set([index]));
  }

  #enqueue(key: number): void {
    const count = this.#counts.get(key) as number;
    if (count > 0) this.#queue.push({ left: Math.floor(key / RADIX), right: key % RADIX, count });
  }
}

function keyOf(left: number, right: number): number {
  return left * RADIX + right;
}
