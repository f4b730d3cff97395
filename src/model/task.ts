/** @file From a target column to a task: what is predicted, which classes there are, and the truth of each row. */

import type { Column, NumericColumn, StringColumn, Table } from '../data/table.ts';
import { isNumeric, isString } from '../data/table-ops.ts';
import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import { byCodeUnit } from './encoders/vocabulary.ts';
import type { Task } from './predictor.ts';

/** What really stands in the target column: for each row its class as an index into `task.classes`, or its value. */
export type Truth = { readonly kind: 'classes'; readonly index: Int32Array } | { readonly kind: 'values'; readonly values: Float64Array };

/** More classes than this are not labels but names. */
const MOST_CLASSES = 1_000;

/**
 * The task that a target column sets: a category or boolean is classified, a number is regressed. With two classes the
 * positive one stands second; left out, it is the rarer one.
 *
 * @param table the training rows
 * @throws MoatError `TARGET_UNKNOWN`, `TARGET_TYPE`, `TARGET_GAPS`, `TARGET_CONSTANT`, `TARGET_RARE_CLASS`, `TARGET_TOO_MANY_CLASSES`, `POSITIVE_UNKNOWN`
 */
export function taskOf(table: Table, target: string, positive?: string): Task {
  const column = targetColumn(table, target);
  if (column.type === 'number' || column.type === 'integer') {
    requireNumbers(column.values, target);
    if (positive !== undefined) throw positiveUnknown(positive, target, []);
    return { kind: 'regression', target };
  }
  const counts = countsOf(labelsOf(column));
  requireClasses(counts, target);
  const classes = sortedClasses(counts);
  if (positive !== undefined && !counts.has(positive)) throw positiveUnknown(positive, target, classes);
  const [first, second] = classes as [string, string];
  if (classes.length > 2) return { kind: 'multiclass', target, classes };
  const rarer = (counts.get(first) as number) < (counts.get(second) as number) ? first : second;
  const chosen = positive ?? rarer;
  return { kind: 'binary', target, classes: chosen === first ? [second, first] : [first, second], positive: chosen };
}

/**
 * The truth of each row, in order.
 *
 * @throws MoatError `TARGET_GAPS` for a missing value, `TARGET_UNSEEN_CLASS` for a class that training did not have
 */
export function truthOf(table: Table, task: Task): Truth {
  const column = targetColumn(table, task.target);
  if (task.kind === 'regression') {
    if (column.type !== 'number' && column.type !== 'integer') throw wrongType(column, task.target);
    const gap = column.values.findIndex(Number.isNaN);
    if (gap !== -1) throw gapAt(gap, task.target);
    return { kind: 'values', values: column.values };
  }
  const places = new Map(task.classes.map((name, place) => [name, place]));
  const index = Int32Array.from(labelsOf(column), (label, row) => {
    if (label === null) throw gapAt(row, task.target);
    const place = places.get(label);
    if (place === undefined) throw unseenClass(row, task.target);
    return place;
  });
  return { kind: 'classes', index };
}

function targetColumn(table: Table, target: string): NumericColumn | StringColumn {
  const column = table.columns.find(({ name }) => name === target);
  if (column === undefined) {
    throw new MoatError(`there is no target column "${target}"`, {
      code: 'TARGET_UNKNOWN',
      why: 'the data has no column of that name',
      fix: didYouMean(
        target,
        table.columns.map(({ name }) => name),
      ),
    });
  }
  if (!(isNumeric(column) || isString(column)) || column.type === 'time') throw wrongType(column, target);
  return column;
}

/** Labels as text; a boolean's are 'false' and 'true'. */
function labelsOf(column: NumericColumn | StringColumn): (string | null)[] {
  switch (column.type) {
    case 'category':
      return [...column.values];
    case 'boolean':
      return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value === 0 ? 'false' : 'true'));
    default:
      throw wrongType(column, column.name);
  }
}

function countsOf(labels: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** 2 before 10 where all classes are numbers, else by code units. */
function sortedClasses(counts: ReadonlyMap<string, number>): string[] {
  const classes = [...counts.keys()].sort(byCodeUnit);
  const areNumbers = classes.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  return areNumbers ? classes.sort((a, b) => Number(a) - Number(b)) : classes;
}

function requireNumbers(values: Float64Array, target: string): void {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0 || known.every((value) => value === known[0])) throw constantTarget(target, known.length === 0);
}

function requireClasses(counts: ReadonlyMap<string, number>, target: string): void {
  if (counts.size < 2) throw constantTarget(target, counts.size === 0);
  if (counts.size > MOST_CLASSES) {
    throw new MoatError(`the target "${target}" has too many classes`, {
      code: 'TARGET_TOO_MANY_CLASSES',
      why: `${counts.size} distinct values in the training rows, and at most ${MOST_CLASSES} can be told apart`,
      fix: 'if it is a quantity, declare the column as number; if it is an id, choose another target; else group the rare classes',
    });
  }
  const lonely = [...counts.values()].filter((count) => count === 1).length;
  if (lonely > 0) {
    throw new MoatError(`the target "${target}" has ${lonely === 1 ? 'a class' : `${lonely} classes`} with one training row`, {
      code: 'TARGET_RARE_CLASS',
      why: 'from one row nothing can be learned and measured both',
      fix: 'collect more rows of it, merge it with another class, or drop the row',
    });
  }
}

function constantTarget(target: string, isEmpty: boolean): MoatError {
  return new MoatError(`the target "${target}" ${isEmpty ? 'has no values' : 'is constant'}`, {
    code: 'TARGET_CONSTANT',
    why: isEmpty ? 'every training row lacks it' : 'all training rows have the same value, so there is nothing to predict',
    fix: 'choose another target, or check how the data was cut',
  });
}

function wrongType(column: Column, target: string): MoatError {
  return new MoatError(`the column "${target}" cannot be a target`, {
    code: 'TARGET_TYPE',
    why: `it is ${column.type}; a target is a category, a boolean or a number`,
    fix: `declare its type in the recipe, such as columns: { ${target}: category }, or choose another target`,
  });
}

function gapAt(row: number, target: string): MoatError {
  return new MoatError(`the target "${target}" is missing in row ${row + 1}`, {
    code: 'TARGET_GAPS',
    why: 'a row without its target can neither teach nor prove anything',
    fix: 'drop such rows, or fill the target in at its source',
  });
}

function unseenClass(row: number, target: string): MoatError {
  return new MoatError(`row ${row + 1} has a class of "${target}" that training never saw`, {
    code: 'TARGET_UNSEEN_CLASS',
    why: 'a model can only answer with classes that were among its training rows',
    fix: 'bring rows of that class into training, or take the row out of this part',
  });
}

function positiveUnknown(positive: string, target: string, classes: readonly string[]): MoatError {
  return new MoatError(`"${positive}" is not a class of the target "${target}"`, {
    code: 'POSITIVE_UNKNOWN',
    why: classes.length === 0 ? 'the target is a number and has no classes' : 'no training row has it',
    fix: classes.length === 0 ? 'take "positive" out of the recipe' : didYouMean(positive, classes),
  });
}
