/** @file What of a profile should worry whoever trains on the data: the warnings, gathered from everything that was found. */

import { percent, plural } from '../columns/words.ts';
import type { Warning } from '../dataset.ts';
import { duplicateWarnings } from './duplicates.ts';
import { lookAlikeWarnings } from './look-alikes.ts';
import type { PersonalFinding } from './personal-data.ts';
import type { ColumnProfile, Profile } from './profile.ts';
import type { ProfileScan } from './scan.ts';
import { groupWarnings, timeWarnings } from './splits.ts';
import { type ClassCounts, targetWarnings } from './target.ts';

export function warningsOf(
  found: Omit<Profile, 'warnings'>,
  scan: ProfileScan,
  leaks: readonly Warning[],
  target: string | undefined,
  counts: ClassCounts | undefined,
): Warning[] {
  return [
    ...scan.version.warnings,
    ...found.columns.flatMap((column) => columnWarnings(column, found.rowCount, target)),
    ...(found.target === undefined ? [] : targetWarnings(scan, found.target, counts)),
    ...leaks,
    ...timeWarnings(found.timeOrder, target),
    ...duplicateWarnings(found.duplicates),
    ...lookAlikeWarnings(found.lookAlikes),
    ...groupWarnings(found.sharedGroups),
    ...personalWarnings(found.personal, found.columns),
  ];
}

/** A column that is mostly empty, or holds one value, or a great many categories. */
function columnWarnings(column: ColumnProfile, rowCount: number, target: string | undefined): Warning[] {
  const { name, missingCount, distinctCount, distribution } = column;
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
  const [, most] = distribution.top?.[0] ?? [];
  if (column.type !== 'list' && most !== undefined && most < rowCount - missingCount && most > NEARLY * (rowCount - missingCount)) {
    const others = plural(rowCount - missingCount - most, 'row');
    return warning(
      'COLUMN_NEARLY_CONSTANT',
      `"${name}" has another value than its most frequent one in ${others} only`,
      'so few rows teach little',
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
const NEARLY = 0.995;
const MANY_CATEGORIES = 1_000;

/** One warning a column, with every kind that is more than an accident. */
function personalWarnings(findings: readonly PersonalFinding[], columns: Profile['columns']): Warning[] {
  const byColumn = new Map<string, PersonalFinding[]>();
  const isList = (column: string): boolean => columns.some(({ name, type }) => name === column && type === 'list');
  for (const finding of findings.filter(isWorthSaying)) byColumn.set(finding.column, [...(byColumn.get(finding.column) ?? []), finding]);
  return [...byColumn].map(([column, kinds]) => {
    const told = kinds.map(({ kind, rowCount, lookedAt, confidence }) =>
      confidence === 0
        ? `${kind} by its name`
        : `${kind} in ${plural(rowCount, 'row')} of ${lookedAt} (confidence ${confidence.toFixed(2)})`,
    );
    return {
      code: 'PERSONAL_DATA',
      message: `"${column}" seems to hold personal data: ${told.join(', ')}`,
      why: 'who holds it must have a reason to, and a model may repeat it; finders do not find everything',
      fix: isList(column)
        ? `drop the column: clean: [{ drop_columns: { column: ${JSON.stringify(column)} } }]`
        : `take it out with clean: [{ redact: { column: ${JSON.stringify(column)} } }], or drop the column`,
      column,
    };
  });
}

/** A hundredth of the rows, or the name of the column, or a place that is nearly certain. */
function isWorthSaying({ rowCount, lookedAt, confidence, isNamed }: PersonalFinding): boolean {
  return rowCount >= 0.01 * lookedAt || (isNamed && (rowCount > 0 || confidence === 0)) || (rowCount > 0 && confidence >= 0.9);
}
