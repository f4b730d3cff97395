/** @file The target: how its classes are balanced in each part, or how its values are spread, and whether it can be learned. */

import { percent, plural } from '../columns/words.ts';
import type { Part, Warning } from '../dataset.ts';
import { classesOf } from '../split.ts';
import type { Table } from '../table.ts';
import { columnOf, isMissing } from '../table-ops.ts';

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

export function describeTarget(parts: ReadonlyMap<Part, Table>, target: string): TargetProfile {
  const counts = countClasses(parts, target);
  let missingCount = 0;
  for (const table of parts.values()) {
    const column = columnOf(table, target);
    for (let row = 0; row < table.rowCount; row++) missingCount += Number(isMissing(column, row));
  }
  const [first] = parts.values();
  const type = first && columnOf(first, target).type;
  const kind = counts ? 'classes' : type === 'number' || type === 'integer' ? 'quantity' : 'unsuited';
  const known = sum([...(counts?.values() ?? [])].flatMap((byPart) => [...byPart.values()]));
  const classes = [...(counts ?? [])].map(([label, byPart]) => {
    const rowCount = sum([...byPart.values()]);
    return { label, rowCount, share: rowCount / known, parts: [...byPart].map(([part, count]) => ({ part, rowCount: count })) };
  });
  classes.sort((a, b) => b.rowCount - a.rowCount || (a.label < b.label ? -1 : 1));
  return { column: target, kind, missingCount, classes: classes.slice(0, MOST_CLASSES) };
}

export function targetWarnings(parts: ReadonlyMap<Part, Table>, target: string): Warning[] {
  const { kind, missingCount } = describeTarget(parts, target);
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, why: string, fix: string): void => {
    warnings.push({ code, message, why, fix, column: target });
  };
  const rowCount = sum([...parts.values()].map((table) => table.rowCount));
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
  const counts = countClasses(parts, target);
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
  const train = parts.get('train');
  const unlearned = train ? [...(counts?.values() ?? [])].filter((byPart) => !byPart.has('train')).length : 0;
  if (unlearned > 0) {
    const message = `${plural(unlearned, 'class', 'classes')} of "${target}" ${unlearned === 1 ? 'stands' : 'stand'} in no training row`;
    const why = 'what was never learned cannot be predicted; perhaps the parts spell a class differently';
    warn('CLASS_NOT_IN_TRAIN', message, why, 'bring rows of it into train, or write it as train does with `map`');
  }
  return warnings;
}

/** Rows of each class by part, or undefined when the target has no classes. */
function countClasses(parts: ReadonlyMap<Part, Table>, target: string): Map<string, Map<Part, number>> | undefined {
  const counts = new Map<string, Map<Part, number>>();
  for (const [part, table] of parts) {
    const classes = classesOf(columnOf(table, target));
    if (!classes) return undefined;
    for (const label of classes) {
      if (label === null) continue;
      const byPart = counts.get(label) ?? new Map<Part, number>();
      byPart.set(part, (byPart.get(part) ?? 0) + 1);
      counts.set(label, byPart);
    }
  }
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
