/** @file Whether the cells of a column hold several numbers each, and whether those are a vector, a series or the codes of a list. */

import { isListName, isSeriesName, isVectorName } from './name-hints.ts';
import { insideBrackets, readNumbers } from './number-text.ts';
import type { ColumnStats } from './stats.ts';
import { count, percent } from './words.ts';

export interface SequenceEvidence {
  readonly type: 'embedding' | 'series' | 'list';
  readonly why: string;
}

/** Nearly all values must be several numbers, as in `isReadableAs`; of a vector nearly all must have one width, and the others are an error. */
const NEARLY_ALL = 0.98;
/**
 * Vectors that a model made have dozens of numbers or more; so from here on a few rows of another width are a fault, and
 * below it they say that the length means something.
 */
const WIDE = 8;
/** Without brackets, fewer numbers are a date, a range, a place on the map or a phone number. */
const FEWEST_UNBRACKETED = 4;
/** Neighbours of a signal resemble each other; those of a vector are in no order. Between: lag-1 autocorrelation of white noise is about −1/n. */
const SIGNAL_AUTOCORRELATION = 0.5;
const SIGNALS_LOOKED_AT = 200;

/** What the values are, from all of them; nothing when they are not several numbers each. Three types ask, and it is found out once. */
export function sequenceEvidence(stats: ColumnStats): SequenceEvidence | undefined {
  if (!FOUND.has(stats)) FOUND.set(stats, findEvidence(stats));
  return FOUND.get(stats);
}

const FOUND = new WeakMap<ColumnStats, SequenceEvidence | undefined>();

function findEvidence(stats: ColumnStats): SequenceEvidence | undefined {
  if ((stats.readable.series ?? 0) < NEARLY_ALL * stats.valueCount || stats.valueCount === 0) return undefined;
  const { sequences, bracketed, whole, total } = gather(stats);
  const isBracketed = bracketed >= NEARLY_ALL * total;
  const numbersAndTimes = (stats.readable.number ?? 0) + (stats.readable.time ?? 0);
  if (!isBracketed && numbersAndTimes > (1 - NEARLY_ALL) * stats.valueCount) return undefined;
  const filled = sequences.filter(({ numbers }) => numbers.length > 0);
  if (filled.length === 0) return undefined;
  const { width, share } = usualWidth(filled);
  const isOneWidth = share >= (width >= WIDE ? NEARLY_ALL : 1);
  if (!isBracketed && (isOneWidth ? width < WIDE : medianLength(filled) < FEWEST_UNBRACKETED)) return undefined;
  if (whole === total && isListName(stats.name)) return { type: 'list', why: 'whole numbers, and its name says that they name things' };
  if (!isOneWidth) return { type: 'series', why: `from ${count(shortest(filled))} to ${count(longest(filled))} numbers a value` };
  const vectors = `${percent(share, 1)} of the values have ${count(width)} numbers`;
  if (isVectorName(stats.name)) return { type: 'embedding', why: `${vectors}; its name says that they are vectors` };
  if (isSeriesName(stats.name)) return { type: 'series', why: `${vectors}; its name says that they stand in an order` };
  const similar = width >= WIDE ? meanAutocorrelation(filled) : 0;
  if (similar > SIGNAL_AUTOCORRELATION)
    return { type: 'series', why: `${vectors}, and neighbours go together (autocorrelation ${similar.toFixed(2)}), as in a signal` };
  return { type: 'embedding', why: `${vectors}${width >= WIDE ? ', in no order' : ', each with a place of its own'}` };
}

/** The width that most vectors of the column have; nothing when it holds none. */
export function widthOf(stats: ColumnStats): number | undefined {
  const filled = gather(stats).sequences.filter(({ numbers }) => numbers.length > 0);
  return filled.length === 0 ? undefined : usualWidth(filled).width;
}

interface Counted {
  readonly numbers: Float64Array;
  readonly rowCount: number;
}

function gather({ distinct }: ColumnStats) {
  const sequences: Counted[] = [];
  let [bracketed, whole, total] = [0, 0, 0];
  for (const [cell, rowCount] of distinct) {
    const numbers = readNumbers(cell);
    if (numbers === undefined) continue;
    total += rowCount;
    if (insideBrackets(cell) !== undefined) bracketed += rowCount;
    if (numbers.every(Number.isInteger)) whole += rowCount;
    sequences.push({ numbers, rowCount });
  }
  return { sequences, bracketed, whole, total };
}

function usualWidth(sequences: readonly Counted[]): { readonly width: number; readonly share: number } {
  const counts = new Map<number, number>();
  let total = 0;
  for (const { numbers, rowCount } of sequences) {
    counts.set(numbers.length, (counts.get(numbers.length) ?? 0) + rowCount);
    total += rowCount;
  }
  const [width, most] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best));
  return { width, share: most / total };
}

function shortest(sequences: readonly Counted[]): number {
  return sequences.reduce((least, { numbers }) => Math.min(least, numbers.length), Number.POSITIVE_INFINITY);
}

function longest(sequences: readonly Counted[]): number {
  return sequences.reduce((most, { numbers }) => Math.max(most, numbers.length), 0);
}

function medianLength(sequences: readonly Counted[]): number {
  const lengths = sequences.map(({ numbers }) => numbers.length).sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] as number;
}

/** Lag-1 autocorrelation, r₁ = Σ (xₜ − x̄)(xₜ₊₁ − x̄) / Σ (xₜ − x̄)², averaged over the first values that vary. */
function meanAutocorrelation(sequences: readonly Counted[]): number {
  const found = sequences.slice(0, SIGNALS_LOOKED_AT).flatMap(({ numbers }) => {
    const known = numbers.filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value / known.length, 0);
    let [products, squares] = [0, 0];
    for (const [i, value] of known.entries()) {
      squares += (value - mean) ** 2;
      if (i > 0) products += (value - mean) * ((known[i - 1] as number) - mean);
    }
    return squares > 0 ? [products / squares] : [];
  });
  return found.length === 0 ? 0 : found.reduce((sum, value) => sum + value / found.length, 0);
}
