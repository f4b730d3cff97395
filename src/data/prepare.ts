/** @file Cleaning and splitting: an imported version becomes one that can be trained on. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import { plural } from './columns/words.ts';
import type { ColumnSchema, DatasetVersion, FittedStep, Part, StepReport, Warning } from './dataset.ts';
import { PARTS } from './dataset.ts';
import type { DataHome } from './home.ts';
import { storeVersion } from './import.ts';
import { readPart } from './parts.ts';
import { type DeclaredTypes, describeColumn, requireKnown, retypeColumn, typeIn } from './schema.ts';
import { classesOf, requireUsableParts, type SplitSpec, splitParts } from './split.ts';
import { type CleanSpec, readStep } from './steps/index.ts';
import { runPartStep, runRowStep } from './steps/run.ts';
import type { Table } from './table.ts';
import { columnOf, isMissing, selectRows } from './table-ops.ts';

export interface PrepareOptions {
  readonly target: string;
  /** Types that differ from those of the import. */
  readonly columns?: DeclaredTypes;
  readonly split: SplitSpec;
  readonly clean: CleanSpec;
  readonly now: Date;
}

/**
 * Cleans and splits. Rows without the target go first. The steps run in their order, and the split stands before the first
 * step that learns or compares parts, else at the end: so duplicates go before they can land on both sides, and nothing is
 * learned from rows that are measured on. The same version and options make the same version.
 */
export async function prepareDataset(home: DataHome, version: DatasetVersion, options: PrepareOptions): Promise<DatasetVersion> {
  const declared = options.columns ?? {};
  requireTarget(version, options.target);
  requireKnown(
    declared,
    version.columns.map(({ name }) => name),
  );
  const clean = options.clean.map(readStep);

  const { tables, stored } = await readParts(home, version, declared);
  let parts = tables;
  const types = new Map([...parts.values()].flatMap((table) => table.columns.map((column) => [column.name, column.type])));
  requireTargetType(types.get(options.target), options.target);
  const reports: StepReport[] = [];
  const prepare: FittedStep[] = [];
  parts = dropRowsWithoutTarget(parts, options.target, reports);

  let isSplit = false;
  const splitOnce = (): void => {
    if (!isSplit) parts = splitParts(parts, options.target, options.split);
    isSplit = true;
  };
  for (const { step, options: stepOptions } of clean) {
    if (step.kind === 'row' ? step.fit : step.comparesParts) splitOnce();
    const outcome =
      step.kind === 'row' ? runRowStep(step, stepOptions, parts, options.target) : runPartStep(step, stepOptions, parts, options.target);
    parts = outcome.parts;
    reports.push(...outcome.reports);
    if (outcome.fitted) prepare.push(outcome.fitted);
  }
  splitOnce();

  requireUsableParts(parts, options.target);
  const warnings = classWarnings(parts.get('train') as Table, options.target);
  return storeVersion(
    home,
    parts,
    {
      dataset: version.dataset,
      parent: version.id,
      createdAt: options.now.toISOString(),
      columns: preparedColumns(version, parts.get('train') as Table, options.target),
      steps: reports,
      prepare,
      warnings,
      sources: version.sources,
    },
    stored,
  );
}

/** The parts as tables, and the blobs of those that stand in the store as they are: a part that no step changes is not written again. */
async function readParts(
  home: DataHome,
  version: DatasetVersion,
  declared: DeclaredTypes,
): Promise<{ tables: Map<Part, Table>; stored: ReadonlyMap<Table, string> }> {
  const tables = new Map<Part, Table>();
  const stored = new Map<Table, string>();
  for (const part of PARTS) {
    const content = version.parts[part];
    if (!content) continue;
    const table = await readPart(home, version, part);
    const columns = table.columns.map((column) => retypeColumn(column, typeIn(declared, column.name) ?? column.type));
    const isAsStored = columns.every((column, i) => column === table.columns[i]);
    tables.set(part, isAsStored ? table : { rowCount: table.rowCount, columns });
    if (isAsStored) stored.set(table, content.blob);
  }
  return { tables, stored };
}

/** What is known of the columns after cleaning; categories are those of the training rows. */
function preparedColumns(version: DatasetVersion, train: Table, target: string): ColumnSchema[] {
  return train.columns.map((column) => {
    const raw = version.columns.find(({ name }) => name === column.name) as ColumnSchema;
    const why = raw.type === column.type ? raw.why : 'declared in the recipe';
    const nullable = column.name !== target && raw.nullable;
    return { name: column.name, type: column.type, why, ...describeColumn([column]), nullable };
  });
}

function requireTarget(version: DatasetVersion, target: string): void {
  const names = version.columns.map(({ name }) => name);
  if (names.includes(target)) return;
  throw new MoatError(`there is no target column "${target}"`, {
    code: 'TARGET_UNKNOWN',
    why: `dataset "${version.dataset}" has ${plural(names.length, 'column')}, and none of that name`,
    fix: didYouMean(target, names),
  });
}

function requireTargetType(type: string | undefined, target: string): void {
  if (type === 'category' || type === 'boolean' || type === 'number' || type === 'integer') return;
  throw new MoatError(`"${target}" cannot be predicted: it is of type ${type}`, {
    code: 'TARGET_TYPE',
    why: 'a target is a category or boolean (classes), or a number or integer (a quantity)',
    fix: `if it names classes, declare it: columns: { ${JSON.stringify(target)}: category }; else choose another target`,
  });
}

function dropRowsWithoutTarget(parts: Map<Part, Table>, target: string, reports: StepReport[]): Map<Part, Table> {
  const left = new Map<Part, Table>();
  for (const [part, table] of parts) {
    const column = columnOf(table, target);
    const rows = Array.from({ length: table.rowCount }, (_, row) => row).filter((row) => !isMissing(column, row));
    const rowsDropped = table.rowCount - rows.length;
    if (rows.length === 0) {
      throw new MoatError(`the target "${target}" is missing in every row of the ${part} part`, {
        code: 'TARGET_MISSING',
        why: 'without the right answers nothing can be learned or measured',
        fix: 'choose another target, or bring data in which it is known',
      });
    }
    left.set(part, rowsDropped === 0 ? table : selectRows(table, rows));
    if (rowsDropped === 0) continue;
    const summary = `without a value in "${target}" a row can be neither learned from nor measured on`;
    reports.push({
      step: 'drop_rows_without_target',
      part,
      columns: [target],
      rowsChanged: 0,
      rowsDropped,
      cellsChanged: 0,
      summary,
      examples: [],
    });
  }
  return left;
}

/** A constant target is refused; a class of a single row stays in train, with a warning. */
function classWarnings(train: Table, target: string): Warning[] {
  const column = columnOf(train, target);
  const classes = classesOf(column) ?? Array.from((column as { values: Float64Array }).values, String);
  const counts = new Map<string | null, number>();
  for (const label of classes) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size < 2) {
    throw new MoatError(`the target "${target}" is constant`, {
      code: 'TARGET_CONSTANT',
      why: `all ${plural(train.rowCount, 'training row')} have the same value, so there is nothing to tell apart`,
      fix: 'choose another target, or bring rows of the other classes',
    });
  }
  const lonely = [...counts.values()].filter((count) => count === 1).length;
  if (lonely === 0 || classesOf(column) === undefined) return [];
  return [
    {
      code: 'CLASS_OF_ONE_ROW',
      message: `${lonely === 1 ? 'one class' : `${lonely} classes`} of "${target}" ${lonely === 1 ? 'has' : 'have'} a single training row`,
      why: 'it stays in train, where one row teaches nothing that holds, and no other part can measure it',
      fix: 'bring more rows of it, write it as another class with `map`, or take it out',
      column: target,
    },
  ];
}
