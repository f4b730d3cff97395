/** @file Columns that know too much: ids, and single columns from which the target can be read off. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { percent } from '../columns/words.ts';
import type { Warning } from '../dataset.ts';
import { classesOf } from '../split.ts';
import type { Column, NumericColumn, Table } from '../table.ts';
import { columnOf, isNumeric, isString } from '../table-ops.ts';
import { midRanks } from './ranks.ts';

/** A single column that does better than this is almost surely the answer in disguise. */
export const LEAK_AUC = 0.99;
/** A leak removes this share of the errors that always saying the largest class makes. */
export const LEAK_ERRORS_REMOVED = 0.95;
/** A leak explains this share of the spread of a quantity. */
export const LEAK_CORRELATION = 0.999;

/** With fewer rows a perfect column may be chance. */
const FEWEST_ROWS = 20;

export async function leakWarnings(table: Table, target: string | undefined): Promise<Warning[]> {
  const warnings = table.columns.filter((column) => column.type === 'id' && column.name !== target).map(idWarning);
  if (target === undefined || table.rowCount < FEWEST_ROWS) return warnings;
  const answers = columnOf(table, target);
  for (const column of table.columns) {
    if (column.name === target || column.type === 'id') continue;
    await nextTurn();
    const evidence = leakOf(column, answers);
    if (evidence === undefined) continue;
    warnings.push({
      code: 'LEAK_TARGET',
      message: `"${column.name}" gives the target "${target}" away`,
      why: `${evidence}; a value that is written down together with the answer is not there when it is to be predicted`,
      fix: `if it is not known at prediction, take it out: clean: [{ drop_columns: { column: ${JSON.stringify(column.name)} } }]`,
      column: column.name,
    });
  }
  return warnings;
}

/** How well one column alone tells the target, when that is too well; else nothing. */
export function leakOf(column: Column, target: Column): string | undefined {
  const classes = classesOf(target);
  if (!classes) return isNumeric(column) && isNumeric(target) ? correlationLeak(column, target) : undefined;
  return purityLeak(column, classes) ?? (isNumeric(column) ? rankLeak(column, classes) : undefined);
}

/**
 * Predicts each row by the most frequent class among the other rows with the same value. A value that stands alone
 * predicts nothing, so a column of distinct values is no leak by this measure.
 */
function purityLeak(column: Column, classes: readonly (string | null)[]): string | undefined {
  if (!isNumeric(column) && !isString(column)) return undefined;
  const counts = new Map<string | number, Map<string, number>>();
  const totals = new Map<string, number>();
  let rowCount = 0;
  classes.forEach((label, row) => {
    if (label === null) return;
    const value = column.values[row] ?? MISSING;
    const byClass = counts.get(value) ?? new Map<string, number>();
    byClass.set(label, (byClass.get(label) ?? 0) + 1);
    counts.set(value, byClass);
    totals.set(label, (totals.get(label) ?? 0) + 1);
    rowCount++;
  });
  let right = 0;
  for (const byClass of counts.values()) right += rightWithoutItself([...byClass.values()]);
  const majority = Math.max(0, ...totals.values());
  if (totals.size < 2 || rowCount - right > (1 - LEAK_ERRORS_REMOVED) * (rowCount - majority)) return undefined;
  return `its values alone name the right class of ${percent(right, rowCount)} of the rows`;
}

const MISSING = '\0missing';

/** Rows of one value whose class is the most frequent among the others of that value; a tie names none. */
function rightWithoutItself(classCounts: readonly number[]): number {
  const [first = 0, second = 0] = classCounts.toSorted((a, b) => b - a);
  // Without itself, a row of the largest class still sees `first − 1` of it, which must beat the next class.
  return first - 1 > second ? first : 0;
}

/** The area under the ROC curve of the bare value, for two classes; ties count half. */
function rankLeak(column: NumericColumn, classes: readonly (string | null)[]): string | undefined {
  const [positive, other, ...more] = new Set(classes.filter((label) => label !== null));
  if (positive === undefined || other === undefined || more.length > 0) return undefined;
  const rows = classes.flatMap((label, row) => (label === null || Number.isNaN(column.values[row]) ? [] : [row]));
  if (rows.length < classes.length / 2) return undefined;
  const area = aucOf(
    Float64Array.from(rows, (row) => column.values[row] as number),
    rows.map((row) => classes[row] === positive),
  );
  const auc = Math.max(area, 1 - area);
  return auc > LEAK_AUC ? `its value alone orders the two classes with an area under the curve of ${auc.toFixed(4)}` : undefined;
}

/** Mann–Whitney: AUC = (R₊ − n₊(n₊ + 1)/2) / (n₊ · n₋), with R₊ the sum of the mid-ranks of the positive rows. */
function aucOf(values: Float64Array, isPositive: readonly boolean[]): number {
  const ranks = midRanks(values);
  let rankSum = 0;
  let positives = 0;
  for (let row = 0; row < ranks.length; row++) {
    if (!isPositive[row]) continue;
    rankSum += ranks[row] as number;
    positives++;
  }
  const pairs = positives * (ranks.length - positives);
  return pairs === 0 ? 0.5 : (rankSum - (positives * (positives + 1)) / 2) / pairs;
}

/** Pearson's r over the rows where both are known. */
function correlationLeak(a: NumericColumn, b: NumericColumn): string | undefined {
  let n = 0;
  let [meanA, meanB, varianceA, varianceB, covariance] = [0, 0, 0, 0, 0];
  for (let row = 0; row < a.values.length; row++) {
    const [x, y] = [a.values[row] as number, b.values[row] as number];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    n++;
    const [dx, dy] = [x - meanA, y - meanB];
    meanA += dx / n;
    meanB += dy / n;
    varianceA += dx * (x - meanA);
    varianceB += dy * (y - meanB);
    covariance += dx * (y - meanB);
  }
  const r = covariance / Math.sqrt(varianceA * varianceB);
  return n >= FEWEST_ROWS && Math.abs(r) > LEAK_CORRELATION ? `it follows the target with a correlation of ${r.toFixed(4)}` : undefined;
}

function idWarning(column: Column): Warning {
  return {
    code: 'COLUMN_OF_IDS',
    message: `"${column.name}" is a column of ids and no input of a model`,
    why: 'an id names its row: a model would learn rows by heart, which looks good in training and fails on new ones',
    fix: `nothing needs to be done; if it is something else, declare it: columns: { ${JSON.stringify(column.name)}: category }`,
    column: column.name,
  };
}
