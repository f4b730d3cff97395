/** @file Which terms get a place, in an order that depends on nothing but the counts. */

/** The `limit` most frequent terms; equal counts stand in the order of their UTF-16 code units. */
export function mostFrequent(counts: ReadonlyMap<string, number>, limit: number): string[] {
  return [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || byCodeUnit(a, b))
    .slice(0, limit)
    .map(([term]) => term);
}

/** Unlike localeCompare it is the same on every machine and in every version of Node. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
