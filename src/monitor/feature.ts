/** @file One watched property of a column (or of the scores) over some rows, as plain JSON: what drift measures compare. */

export type Feature =
  /** One number a row, ascending, missing ones left out; at most `MOST_VALUES` of them, else as many evenly spaced quantiles. */
  | { readonly kind: 'numbers'; readonly values: readonly number[] }
  /** Rows of each category, most first; rows beyond `MOST_CATEGORIES` kinds are in `rest`. */
  | { readonly kind: 'categories'; readonly counts: readonly (readonly [string, number])[]; readonly rest: number }
  /** Rows that have a property, such as a missing value, of all rows. */
  | { readonly kind: 'share'; readonly count: number; readonly rowCount: number };

export type FeatureKind = Feature['kind'];
export type FeatureOf<K extends FeatureKind> = Extract<Feature, { kind: K }>;

const MOST_VALUES = 1_000;
const MOST_CATEGORIES = 1_000;

/** NaN is left out: missing values are watched as a share of their own. */
export function numbers(values: Iterable<number>): FeatureOf<'numbers'> {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (sorted.length <= MOST_VALUES) return { kind: 'numbers', values: Array.from(sorted) };
  // The middles of equal parts of the rows: the empirical distribution at (i + ½) / MOST_VALUES.
  const middle = (i: number): number => sorted[Math.floor(((i + 0.5) / MOST_VALUES) * sorted.length)] as number;
  return { kind: 'numbers', values: Array.from({ length: MOST_VALUES }, (_, i) => middle(i)) };
}

/** A missing value is left out. */
export function categories(values: Iterable<string | null>): FeatureOf<'categories'> {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const rest = sorted.slice(MOST_CATEGORIES).reduce((total, [, count]) => total + count, 0);
  return { kind: 'categories', counts: sorted.slice(0, MOST_CATEGORIES), rest };
}

export function share(flags: Iterable<boolean>): FeatureOf<'share'> {
  let count = 0;
  let rowCount = 0;
  for (const flag of flags) {
    rowCount += 1;
    if (flag) count += 1;
  }
  return { kind: 'share', count, rowCount };
}

/** Rows that the feature speaks of. */
export function featureRows(feature: Feature): number {
  if (feature.kind === 'numbers') return feature.values.length;
  if (feature.kind === 'share') return feature.rowCount;
  return feature.counts.reduce((total, [, count]) => total + count, feature.rest);
}
