/** @file Which columns are missing together, over all rows. */

import { count, type ProfileScan } from './scan.ts';

export interface MissingPattern {
  /** The columns that are missing in these rows, and no others; none in complete rows. */
  readonly columns: readonly string[];
  readonly rowCount: number;
}

const MOST_COLUMNS = 60;
const MOST_PATTERNS = 12;

/** The most frequent patterns, complete rows among them. Looks at the first columns that have gaps. */
export async function missingPatterns(scan: ProfileScan, missingCounts: readonly number[]): Promise<MissingPattern[]> {
  const gappy = missingCounts.flatMap((missing, i) => (missing > 0 ? [i] : [])).slice(0, MOST_COLUMNS);
  if (gappy.length === 0) return [];
  const bits = gappy.map((i, bit) => `if(c${i} IS NULL, ${2n ** BigInt(bit)}::BIGINT, 0)`).join(' + ');
  const rows = await scan.query(
    `SELECT ${bits} AS gaps, count(*) AS n FROM data GROUP BY gaps ORDER BY n DESC, gaps LIMIT ${MOST_PATTERNS}`,
  );
  return rows.map(({ gaps, n }) => {
    const set = BigInt(gaps as bigint);
    const columns = gappy.filter((_, bit) => (set >> BigInt(bit)) & 1n).map((i) => scan.version.columns[i]?.name as string);
    return { columns, rowCount: count(n) };
  });
}
