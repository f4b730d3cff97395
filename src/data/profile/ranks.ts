/** @file Ranks of numbers, equal ones sharing the mean of theirs: what Spearman's ρ and the area under a curve are made of. */

/** Rows in groups of equal values. */
export interface ValueGroups {
  /** Of each row the number of its group, the groups in ascending order of their values; -1 where the value is missing (NaN). */
  readonly groups: Int32Array;
  readonly groupCount: number;
}

/** Values, not places, are sorted: that needs no function of ours. */
export function groupValues(values: Float64Array): ValueGroups {
  const sorted = values.toSorted(); // NaN last
  const distinct = new Float64Array(sorted.length);
  let groupCount = 0;
  for (let i = 0; i < sorted.length && !Number.isNaN(sorted[i]); i++)
    if (groupCount === 0 || sorted[i] !== distinct[groupCount - 1]) distinct[groupCount++] = sorted[i] as number;
  const groups = new Int32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    let [low, high] = [0, groupCount];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((distinct[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    groups[row] = Number.isNaN(value) ? -1 : low;
  }
  return { groups, groupCount };
}

/** Among the given rows, whose values are known, the mid-rank of each: 1 for the smallest value. No sort: groups are counted in their order. */
export function midRanksAmong({ groups, groupCount }: ValueGroups, rows: ArrayLike<number>): Float64Array {
  const counts = new Float64Array(groupCount);
  for (let i = 0; i < rows.length; i++) {
    const group = groups[rows[i] as number] as number;
    counts[group] = (counts[group] as number) + 1;
  }
  const rankOf = new Float64Array(groupCount);
  let below = 0;
  for (let group = 0; group < groupCount; group++) {
    const size = counts[group] as number;
    rankOf[group] = below + (1 + size) / 2;
    below += size;
  }
  const ranks = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) ranks[i] = rankOf[groups[rows[i] as number] as number] as number;
  return ranks;
}

/** The mid-ranks of values that are all known. */
export function midRanks(values: Float64Array): Float64Array {
  return midRanksAmong(groupValues(values), Uint32Array.from(values.keys()));
}
