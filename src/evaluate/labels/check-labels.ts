/** @file Label issues of a dataset: rows whose label a cross-validated model does not believe, ranked. */

import { columnOf, concatTables, type DatasetVersion, isMissing, PARTS, type Part, readPart, selectRows } from '../../data/index.ts';
import type { RowsHome } from '../../data/parts.ts';
import type { Table } from '../../data/table.ts';
import { MoatError } from '../../engine/errors.ts';
import { taskOf, truthOf } from '../../model/index.ts';
import { withBins } from './binned.ts';
import { labelIssues, type Pruning } from './confident.ts';
import { type OutOfFoldOptions, outOfFoldProbabilities } from './out-of-fold.ts';

export interface FoundLabelIssue {
  readonly part: Part;
  /** From 0 in its part. */
  readonly row: number;
  readonly given: string;
  readonly suggested: string;
  /** Probability of the suggested label, by a model that has not seen the row. */
  readonly confidence: number;
  readonly givenProbability: number;
}

export interface LabelReport {
  readonly dataset: string;
  readonly version: string;
  readonly target: string;
  /** Rows that were judged: those with a label of a class of at least `folds` rows. */
  readonly rowCount: number;
  /** Rows of the classes that were too small to be judged. */
  readonly leftOutCount: number;
  readonly folds: number;
  readonly seed: number;
  readonly pruning: Pruning;
  /** Share of the judged rows whose out-of-fold prediction is the given label. */
  readonly accuracy: number;
  /** The surest first. */
  readonly issues: readonly FoundLabelIssue[];
}

export interface CheckLabelsOptions extends OutOfFoldOptions {
  readonly target: string;
  readonly pruning: Pruning;
}

/**
 * Judges every labelled row of every part by a model that has not seen it. The same version, folds and seed find the same issues.
 *
 * @throws MoatError `LABELS_NOT_CLASSES` for a quantity, `LABELS_TOO_FEW`, and those of `taskOf`
 */
export async function checkLabels(home: RowsHome, version: DatasetVersion, options: CheckLabelsOptions): Promise<LabelReport> {
  const { target, folds, seed, pruning } = options;
  const { table, places } = await labelledRows(home, version, target);
  const kept = largeClasses(table, target, folds);
  const judged = selectRows(table, kept);
  const task = taskOf(judged, target);
  if (task.kind === 'regression') throw notClasses(target);
  const bent = withBins(judged, version.columns, target);
  const probabilities = await outOfFoldProbabilities(bent.table, bent.columns, task, options);
  const { index } = truthOf(judged, task) as { readonly index: Int32Array };
  const { classes } = task;
  const issues = labelIssues(index, probabilities, classes.length, pruning);
  return {
    dataset: version.dataset,
    version: version.id,
    target,
    rowCount: judged.rowCount,
    leftOutCount: table.rowCount - judged.rowCount,
    folds,
    seed,
    pruning,
    accuracy: accuracyOf(index, probabilities, classes.length),
    issues: issues.map(({ row, given, suggested, givenProbability, suggestedProbability }) => ({
      ...(places[kept[row] as number] as { part: Part; row: number }),
      given: classes[given] as string,
      suggested: classes[suggested] as string,
      confidence: suggestedProbability,
      givenProbability,
    })),
  };
}

async function labelledRows(
  home: RowsHome,
  version: DatasetVersion,
  target: string,
): Promise<{ table: Table; places: { part: Part; row: number }[] }> {
  const tables: Table[] = [];
  const places: { part: Part; row: number }[] = [];
  for (const part of PARTS) {
    if (!version.parts[part]) continue;
    const table = await readPart(home, version, part);
    // An unknown target is told by `taskOf`, with the names that there are.
    const column = table.columns.some(({ name }) => name === target) ? columnOf(table, target) : undefined;
    const rows = Array.from({ length: table.rowCount }, (_, row) => row).filter((row) => column === undefined || !isMissing(column, row));
    tables.push(selectRows(table, rows));
    for (const row of rows) places.push({ part, row });
  }
  return { table: concatTables(tables), places };
}

/** The rows whose class has at least as many rows as there are folds. */
function largeClasses(table: Table, target: string, folds: number): number[] {
  const all = Array.from({ length: table.rowCount }, (_, row) => row);
  const column = table.columns.find(({ name }) => name === target);
  if (column?.type !== 'category' && column?.type !== 'boolean') {
    if (column?.type === 'number' || column?.type === 'integer') throw notClasses(target);
    return all;
  }
  const counts = new Map<string | number | null | undefined, number>();
  for (const value of column.values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const kept = all.filter((row) => (counts.get(column.values[row]) as number) >= folds);
  if (kept.length > 0) return kept;
  throw new MoatError(`the labels of "${target}" cannot be checked`, {
    code: 'LABELS_TOO_FEW',
    why: `no class has ${folds} rows, one for each fold`,
    fix: 'choose fewer folds, or bring more rows',
  });
}

function accuracyOf(index: Int32Array, probabilities: Float64Array, classCount: number): number {
  let right = 0;
  index.forEach((label, row) => {
    const line = probabilities.subarray(row * classCount, (row + 1) * classCount);
    if (line[label] === Math.max(...line)) right++;
  });
  return right / index.length;
}

function notClasses(target: string): MoatError {
  return new MoatError(`the labels of "${target}" cannot be checked`, {
    code: 'LABELS_NOT_CLASSES',
    why: 'confident learning compares classes, and this target is a quantity',
    fix: `if its values name classes, import it as one: columns: { ${JSON.stringify(target)}: category }`,
  });
}
