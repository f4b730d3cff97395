/** @file Understanding: what a dataset version holds, column by column, and what should worry whoever trains on it. */

import { MoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import type { ColumnFacts } from '../columns/column-kind.ts';
import { plural } from '../columns/words.ts';
import type { ColumnSchema, DatasetVersion, Part, Warning } from '../dataset.ts';
import type { RowsHome } from '../parts.ts';
import type { ColumnType } from '../table.ts';
import { type ColumnAggregate, QUANTILES } from './aggregates.ts';
import type { Association } from './associations.ts';
import { type Compared, compareSample } from './compared.ts';
import { type Counted, countRows } from './counted.ts';
import type { Distribution } from './distributions.ts';
import type { DuplicateCounts } from './duplicates.ts';
import { IMAGE_ROWS, type LookAlikes } from './look-alikes.ts';
import type { MissingPattern } from './missing.ts';
import type { PersonalFinding } from './personal-data.ts';
import { drawSample, SAMPLE_SEED, withScan } from './scan.ts';
import type { SharedGroups, TimeOrder } from './splits.ts';
import { describeTarget, type TargetProfile } from './target.ts';
import { allDone } from './together.ts';
import { warningsOf } from './warnings.ts';

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  /** The evidence for the type. */
  readonly why: string;
  readonly missingCount: number;
  /** Distinct values that are not missing; types that cannot be compared have none. */
  readonly distinctCount?: number;
  /** False when the distinct values of a large table were estimated. */
  readonly isDistinctExact: boolean;
  /** What the column type finds worth knowing: quantiles, lengths, the most frequent values, sizes. */
  readonly facts: ColumnFacts;
  readonly distribution: Distribution;
  /** Of a text: rows of the sample by language, the most frequent first. */
  readonly languages?: readonly (readonly [language: string, rowCount: number])[];
}

/** Plain JSON. Counts are over all parts together, and over all rows unless `sample` is named. */
export interface Profile {
  readonly dataset: string;
  readonly version: string;
  readonly rowCount: number;
  readonly parts: readonly { readonly part: Part; readonly rowCount: number }[];
  readonly columns: readonly ColumnProfile[];
  readonly target?: TargetProfile;
  readonly duplicates: DuplicateCounts;
  readonly missing: readonly MissingPattern[];
  /** On the sample. */
  readonly lookAlikes: readonly LookAlikes[];
  readonly associations: readonly Association[];
  readonly personal: readonly PersonalFinding[];
  readonly sharedGroups: readonly SharedGroups[];
  readonly timeOrder: readonly TimeOrder[];
  /** The rows that pairs of columns, texts and personal data were looked for in. */
  readonly sample: { readonly rowCount: number; readonly seed: number; readonly isWhole: boolean };
  readonly warnings: readonly Warning[];
}

/** Rows of the sample: what pairs of columns, look-alikes and leaks are judged by. */
export const SAMPLE_ROWS = 20_000;

/**
 * Looks at every row of every part through SQL, in bounded memory, and at a sample of at most about `SAMPLE_ROWS` rows in memory.
 * With a target, also at its classes and at columns that give it away. The same version has the same profile,
 * but for the last digits of means and deviations, and above 200,000 rows quantiles to about a hundredth: DuckDB adds up and sketches on
 * several threads.
 */
export async function profileDataset(
  home: RowsHome,
  version: DatasetVersion,
  options: { readonly target?: string } = {},
): Promise<Profile> {
  const { target } = options;
  if (target !== undefined) requireColumn(version, target);
  return withScan(home, version, async (scan, duckdb) => {
    const hasImages = version.columns.some(({ type }) => type === 'image');
    const sample = await drawSample(scan, duckdb, hasImages ? IMAGE_ROWS : SAMPLE_ROWS);
    const [counted, compared] = await allDone([countRows(scan, target), compareSample(sample, target)]);
    const columns = version.columns.map((column, i) => profileColumn(column, i, counted, compared));
    const targetMissing = columns.find(({ name }) => name === target)?.missingCount ?? 0;
    const found = {
      dataset: version.dataset,
      version: version.id,
      rowCount: scan.rowCount,
      parts: scan.parts,
      columns,
      ...(target !== undefined && { target: describeTarget(scan, target, counted.classes, targetMissing) }),
      duplicates: counted.duplicates,
      missing: counted.missing,
      lookAlikes: compared.lookAlikes,
      associations: compared.associations,
      personal: compared.personal,
      sharedGroups: counted.sharedGroups,
      timeOrder: counted.timeOrder,
      sample: { rowCount: sample.table.rowCount, seed: SAMPLE_SEED, isWhole: sample.isWhole },
    };
    return { ...found, warnings: warningsOf(found, scan, compared.leaks, target, counted.classes) };
  });
}

function profileColumn({ name, type, why }: ColumnSchema, i: number, counted: Counted, compared: Compared): ColumnProfile {
  const aggregate = counted.aggregates[i] as ColumnAggregate;
  const { missingCount, distinctCount, isDistinctExact } = aggregate;
  const languages = compared.languages[i];
  return {
    name,
    type,
    why,
    missingCount,
    ...(distinctCount !== undefined && { distinctCount }),
    isDistinctExact,
    facts: factsOf(compared.facts[i] as ColumnFacts, aggregate),
    distribution: counted.distributions[i] as Distribution,
    ...(languages && { languages }),
  };
}

/** The facts of the type, of the sample; what SQL knows of all rows stands in their place. */
function factsOf(facts: ColumnFacts, { numbers }: ColumnAggregate): ColumnFacts {
  if (!numbers || !('quantiles' in facts)) return facts;
  const { min, max, mean, standardDeviation, quantiles } = numbers;
  return {
    ...facts,
    min,
    max,
    mean,
    standardDeviation,
    quantiles: Object.fromEntries(QUANTILES.map((q, i) => [String(q), quantiles[i] as number])),
  };
}

function requireColumn(version: DatasetVersion, target: string): void {
  const names = version.columns.map(({ name }) => name);
  if (names.includes(target)) return;
  throw new MoatError(`there is no target column "${target}"`, {
    code: 'TARGET_UNKNOWN',
    why: `dataset "${version.dataset}" has ${plural(names.length, 'column')}, and none of that name`,
    fix: didYouMean(target, names),
  });
}
