/** @file What a profile learns of all rows through SQL. A few queries are asked at once: DuckDB answers them one after the other, without waiting for us in between. */

import { aggregateColumns, type ColumnAggregate } from './aggregates.ts';
import { type Distribution, distributionOf } from './distributions.ts';
import { countDuplicates, type DuplicateCounts } from './duplicates.ts';
import { type MissingPattern, missingPatterns } from './missing.ts';
import type { ProfileScan } from './scan.ts';
import { type SharedGroups, sharedGroups, type TimeOrder, timesAfterEvent } from './splits.ts';
import { type ClassCounts, countClasses } from './target.ts';
import { allDone, twoAtOnce } from './together.ts';

export interface Counted {
  /** By column. */
  readonly aggregates: readonly ColumnAggregate[];
  /** By column. */
  readonly distributions: readonly Distribution[];
  /** Of the target, where it has classes. */
  readonly classes: ClassCounts | undefined;
  readonly duplicates: DuplicateCounts;
  readonly missing: readonly MissingPattern[];
  readonly sharedGroups: readonly SharedGroups[];
  readonly timeOrder: readonly TimeOrder[];
}

export async function countRows(scan: ProfileScan, target: string | undefined): Promise<Counted> {
  const [ofColumns, duplicates] = await allDone([countColumns(scan, target), countDuplicates(scan, target)]);
  return { ...ofColumns, duplicates };
}

async function countColumns(scan: ProfileScan, target: string | undefined): Promise<Omit<Counted, 'duplicates'>> {
  const aggregates = await aggregateColumns(scan);
  const distributions = await twoAtOnce([...aggregates.keys()], (i) => distributionOf(scan, i, aggregates[i] as ColumnAggregate));
  return {
    aggregates,
    distributions,
    classes: target === undefined ? undefined : await countClasses(scan, target),
    missing: await missingPatterns(
      scan,
      aggregates.map(({ missingCount }) => missingCount),
    ),
    sharedGroups: await sharedGroups(scan, aggregates, target),
    timeOrder: await timesAfterEvent(scan, aggregates),
  };
}
