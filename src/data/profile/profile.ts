/** @file Understanding: what a dataset version holds, column by column, and what should worry whoever trains on it. */

import { MoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import type { ColumnFacts } from '../columns/column-kind.ts';
import { kindOf } from '../columns/index.ts';
import { percent, plural } from '../columns/words.ts';
import { type ColumnSchema, type DatasetVersion, PARTS, type Part, type Warning } from '../dataset.ts';
import { type RowsHome, readPart } from '../parts.ts';
import type { Column, ColumnType, Table } from '../table.ts';
import { columnOf, concatTables, isMissing, isPixels } from '../table-ops.ts';
import { countDuplicates, type DuplicateCounts, duplicateWarnings } from './duplicates.ts';
import { leakWarnings } from './leakage.ts';
import { describeTarget, type TargetProfile, targetWarnings } from './target.ts';

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  /** The evidence for the type. */
  readonly why: string;
  readonly missingCount: number;
  /** Distinct values that are not missing; images are not compared. */
  readonly distinctCount?: number;
  /** What the column type finds worth knowing: quantiles, lengths, the most frequent values, sizes. */
  readonly facts: ColumnFacts;
}

/** Plain JSON. Counts are over all parts together unless a part is named. */
export interface Profile {
  readonly dataset: string;
  readonly version: string;
  readonly rowCount: number;
  readonly parts: readonly { readonly part: Part; readonly rowCount: number }[];
  readonly columns: readonly ColumnProfile[];
  readonly target?: TargetProfile;
  readonly duplicates: DuplicateCounts;
  readonly warnings: readonly Warning[];
}

/** Looks at every row of every part. With a target, also at its classes and at columns that give it away. */
export async function profileDataset(
  home: RowsHome,
  version: DatasetVersion,
  options: { readonly target?: string } = {},
): Promise<Profile> {
  const { target } = options;
  if (target !== undefined) requireColumn(version, target);
  const parts = new Map<Part, Table>();
  for (const part of PARTS) if (version.parts[part]) parts.set(part, await readPart(home, version, part));
  const all = concatTables([...parts.values()]);
  const columns = version.columns.map((schema) => profileColumn(schema, columnOf(all, schema.name)));
  const duplicates = countDuplicates(parts, target);
  return {
    dataset: version.dataset,
    version: version.id,
    rowCount: all.rowCount,
    parts: [...parts].map(([part, table]) => ({ part, rowCount: table.rowCount })),
    columns,
    ...(target !== undefined && { target: describeTarget(parts, target) }),
    duplicates,
    warnings: [
      ...version.warnings,
      ...columns.flatMap((column) => columnWarnings(column, all.rowCount, target)),
      ...(target === undefined ? [] : targetWarnings(parts, target)),
      ...leakWarnings(all, target),
      ...duplicateWarnings(duplicates),
    ],
  };
}

function profileColumn({ name, type, why }: ColumnSchema, column: Column): ColumnProfile {
  const facts = kindOf(type).facts(column);
  if (isPixels(column)) return { name, type, why, missingCount: 0, facts };
  let missingCount = 0;
  const distinct = new Set<string | number>();
  for (let row = 0; row < column.values.length; row++) {
    if (isMissing(column, row)) missingCount++;
    else distinct.add(column.values[row] as string | number);
  }
  return { name, type, why, missingCount, distinctCount: distinct.size, facts };
}

/** A column that is mostly empty, or holds one value, or a great many categories. */
function columnWarnings(column: ColumnProfile, rowCount: number, target: string | undefined): Warning[] {
  const { name, missingCount, distinctCount } = column;
  if (name === target) return [];
  const warning = (code: string, message: string, why: string, fix: string): Warning[] => [{ code, message, why, fix, column: name }];
  const drop = `take it out: clean: [{ drop_columns: { column: ${JSON.stringify(name)} } }]`;
  if (missingCount === rowCount) return warning('COLUMN_EMPTY', `"${name}" holds no value`, 'every row is missing', drop);
  if (distinctCount === 1) {
    return warning('COLUMN_CONSTANT', `"${name}" is constant`, 'one value in all rows where it is known tells nothing apart', drop);
  }
  if (missingCount > MOSTLY * rowCount) {
    return warning(
      'COLUMN_MOSTLY_MISSING',
      `"${name}" is missing in ${percent(missingCount, rowCount)} of the rows`,
      'what is filled in there is mostly invented',
      drop,
    );
  }
  if (column.type === 'category' && (distinctCount ?? 0) > MANY_CATEGORIES) {
    return warning(
      'COLUMN_MANY_CATEGORIES',
      `"${name}" has ${plural(distinctCount ?? 0, 'category', 'categories')}`,
      'models know the frequent ones by name and treat the rest as "other"',
      `if it names rows or people, declare it: columns: { ${JSON.stringify(name)}: id }; if it is prose, declare text`,
    );
  }
  return [];
}

const MOSTLY = 0.5;
const MANY_CATEGORIES = 1_000;

function requireColumn(version: DatasetVersion, target: string): void {
  const names = version.columns.map(({ name }) => name);
  if (names.includes(target)) return;
  throw new MoatError(`there is no target column "${target}"`, {
    code: 'TARGET_UNKNOWN',
    why: `dataset "${version.dataset}" has ${plural(names.length, 'column')}, and none of that name`,
    fix: didYouMean(target, names),
  });
}
