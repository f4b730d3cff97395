/** @file The target: how its classes are balanced in each part, or how its values are spread, and whether it can be learned. */

import { percent, plural } from '../columns/words.ts';
import type { Part, Warning } from '../dataset.ts';
import { count, type ProfileScan } from './scan.ts';

/** Classes with their rows in each part, the largest first; a quantity has none (its quantiles stand with its column). */
export interface TargetProfile {
  readonly column: string;
  readonly kind: 'classes' | 'quantity' | 'unsuited';
  readonly missingCount: number;
  readonly classes: readonly ClassBalance[];
}

export interface ClassBalance {
  readonly label: string;
  readonly rowCount: number;
  readonly share: number;
  readonly parts: readonly { readonly part: Part; readonly rowCount: number }[];
}

/** Classes beyond these are left out of a profile. */
const MOST_CLASSES = 100;

/** Rows of each class in each part, the largest class first. */
export type ClassCounts = ReadonlyMap<string, ReadonlyMap<Part, number>>;

/** Counts the classes over all rows; nothing for a target that has none. */
export async function countClasses(scan: ProfileScan, target: string): Promise<ClassCounts | undefined> {
  const index = scan.version.columns.findIndex(({ name }) => name === target);
  const type = scan.version.columns[index]?.type;
  if (type !== 'category' && type !== 'boolean') return undefined;
  const label = type === 'boolean' ? `if(c${index} = 1, 'true', 'false')` : `c${index}`;
  const rows = await scan.query(
    `SELECT ${label} AS label, part, count(*) AS n FROM data WHERE c${index} IS NOT NULL GROUP BY label, part ORDER BY label, part`,
  );
  const counts = new Map<string, Map<Part, number>>();
  for (const row of rows) {
    const byPart = counts.get(String(row.label)) ?? new Map<Part, number>();
    byPart.set(row.part as Part, count(row.n));
    counts.set(String(row.label), byPart);
  }
  const size = (byPart: ReadonlyMap<Part, number>): number => sum([...byPart.values()]);
  return new Map([...counts].sort(([a, x], [b, y]) => size(y) - size(x) || (a < b ? -1 : 1)));
}

export function describeTarget(scan: ProfileScan, target: string, counts: ClassCounts | undefined, missingCount: number): TargetProfile {
  const type = scan.version.columns.find(({ name }) => name === target)?.type;
  const kind = counts ? 'classes' : type === 'number' || type === 'integer' ? 'quantity' : 'unsuited';
  const known = scan.rowCount - missingCount;
  const classes = [...(counts ?? [])].slice(0, MOST_CLASSES).map(([label, byPart]) => {
    const rowCount = sum([...byPart.values()]);
    const inOrder = scan.parts.flatMap(({ part }) => (byPart.has(part) ? [{ part, rowCount: byPart.get(part) as number }] : []));
    return { label, rowCount, share: rowCount / known, parts: inOrder };
  });
  return { column: target, kind, missingCount, classes };
}

export function targetWarnings(
  scan: ProfileScan,
  { column: target, kind, missingCount }: TargetProfile,
  counts: ClassCounts | undefined,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, why: string, fix: string): void => {
    warnings.push({ code, message, why, fix, column: target });
  };
  const { rowCount } = scan;
  if (missingCount > 0) {
    const message = `the target "${target}" is missing in ${plural(missingCount, 'row')} (${percent(missingCount, rowCount)})`;
    warn(
      'TARGET_GAPS',
      message,
      'such a row can be neither learned from nor measured on',
      'nothing needs to be done: preparing drops these rows',
    );
  }
  if (kind === 'unsuited') {
    const why = 'only a category, boolean, number or integer can be predicted';
    warn('TARGET_TYPE', `"${target}" cannot be predicted as it is`, why, `columns: { ${JSON.stringify(target)}: category }`);
  }
  if (counts && counts.size < 2 && missingCount < rowCount) {
    warn('TARGET_CONSTANT', `the target "${target}" is constant`, 'there is nothing to tell apart', 'choose another target');
  }
  const lonely = [...(counts?.values() ?? [])].filter((byPart) => sum([...byPart.values()]) === 1).length;
  if (lonely > 0) {
    const message = `${plural(lonely, 'class', 'classes')} of "${target}" ${lonely === 1 ? 'has' : 'have'} a single row`;
    warn(
      'CLASS_OF_ONE_ROW',
      message,
      'one row cannot be learned from and measured on',
      'bring more rows of it, or write it as another class with `map`',
    );
  }
  const hasTrain = scan.parts.some(({ part }) => part === 'train');
  const unlearned = hasTrain ? [...(counts?.values() ?? [])].filter((byPart) => !byPart.has('train')).length : 0;
  if (unlearned > 0) {
    const message = `${plural(unlearned, 'class', 'classes')} of "${target}" ${unlearned === 1 ? 'stands' : 'stand'} in no training row`;
    const why = 'what was never learned cannot be predicted; perhaps the parts spell a class differently';
    warn('CLASS_NOT_IN_TRAIN', message, why, 'bring rows of it into train, or write it as train does with `map`');
  }
  const sizes = [...(counts?.values() ?? [])].map((byPart) => sum([...byPart.values()]));
  const [most, least] = [Math.max(...sizes), Math.min(...sizes)];
  if (sizes.length > 1 && least > 1 && most / least > IMBALANCED) {
    warn(
      'CLASSES_IMBALANCED',
      `the largest class of "${target}" has ${Math.round(most / least)} times the rows of the smallest`,
      'a model that never says the small class is still right most of the time: accuracy tells little',
      'choose by f1_macro, mcc or pr_auc, and look at the recall of each class',
    );
  }
  return warnings;
}

/** Times the rows of the smallest class. */
const IMBALANCED = 10;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
