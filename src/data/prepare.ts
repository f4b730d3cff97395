/** @file Cleaning and splitting: an imported version becomes one that can be trained on. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import { plural } from './columns/words.ts';
import { type DatasetVersion, type FittedStep, type Fold, PARTS, type Part, type StepReport } from './dataset.ts';
import { quoteText } from './duckdb.ts';
import type { DataHome } from './home.ts';
import { withParts } from './parts.ts';
import { describeFrame, inputsOf } from './prepared-columns.ts';
import { type Relation, storeRelations } from './relation.ts';
import { retype } from './retype.ts';
import { type DeclaredTypes, requireKnown } from './schema.ts';
import { type SplitSpec, splitFrame } from './split.ts';
import { Frame } from './steps/frame.ts';
import { type CleanSpec, readStep } from './steps/index.ts';
import { readOther } from './steps/other-table.ts';
import { type Reads, runRowStep, runRowsStep, type StepContext, Tally } from './steps/run.ts';
import type { Step } from './steps/step.ts';
import { targetWarnings } from './target.ts';

export interface PrepareOptions {
  readonly target: string;
  /** Types that differ from those of the import. */
  readonly columns?: DeclaredTypes;
  readonly split: SplitSpec;
  readonly clean: CleanSpec;
  readonly now: Date;
  /** Where the paths of `join` start; the working folder when it is left out. */
  readonly folder?: string;
  /** One of several splits of the same rows, for cross-validation. */
  readonly fold?: Fold;
}

/**
 * Cleans and splits. Rows without the target go first. The steps run in their order, and the split stands before the first
 * step that learns or compares parts, else at the end: so duplicates go before they can land on both sides, and nothing is
 * learned from rows that are measured on. The same version and options make the same version. The rows stay in DuckDB all the
 * way: memory does not grow with them.
 */
export async function prepareDataset(home: DataHome, version: DatasetVersion, options: PrepareOptions): Promise<DatasetVersion> {
  return prepare(home, version, options, ({ duckdb, frame, facts }) =>
    storeRelations(home, duckdb, relationsOf(frame, version, home.blobs), facts),
  );
}

/** What the cleaning and the split would do, without keeping anything: the reports, step by step, and the warnings. */
export async function previewPreparation(
  home: DataHome,
  version: DatasetVersion,
  options: PrepareOptions,
): Promise<Pick<DatasetVersion, 'steps' | 'warnings' | 'columns'> & { readonly parts: Readonly<Record<string, number>> }> {
  return prepare(home, version, options, async ({ frame, facts: { steps, warnings, columns } }) => ({
    steps,
    warnings,
    columns,
    parts: Object.fromEntries(frame.rowCounts),
  }));
}

interface Prepared {
  readonly duckdb: Parameters<typeof storeRelations>[1];
  readonly frame: Frame;
  readonly facts: Omit<DatasetVersion, 'id' | 'rowCount' | 'parts'>;
}

async function prepare<T>(
  home: DataHome,
  version: DatasetVersion,
  options: PrepareOptions,
  use: (prepared: Prepared) => Promise<T>,
): Promise<T> {
  const { target, columns: declared = {} } = options;
  requireTarget(version, target);
  requireKnown(
    declared,
    version.columns.map(({ name }) => name),
  );
  const clean = options.clean.map(readStep);
  return withParts(home, version, async ({ duckdb, parts }) => {
    const framed = [...parts].map(([part, { blob, rowCount }]) => ({ part, from: numbered(home.blobs.path(blob as string)), rowCount }));
    const frame = new Frame(duckdb, await duckdb.freshFolder(), framed, version.columns);
    await retype(frame, declared);
    const raw = frame.columns;
    requireTargetType(frame.column(target).type, target);
    const reports = await dropRowsWithoutTarget(frame, target);
    const { fitted, reads, warnings: splitWarnings } = await clearAndSplit(frame, clean, options, home, reports);
    requireUsableTarget(frame, target);
    const warnings = await targetWarnings(frame, target);
    const columns = await describeFrame(frame, version, target);
    const facts = {
      dataset: version.dataset,
      parent: version.id,
      ...(options.fold && { fold: options.fold }),
      createdAt: options.now.toISOString(),
      columns,
      steps: reports,
      prepare: fitted,
      inputs: inputsOf(version, raw, columns, reads, target),
      warnings: [...splitWarnings, ...warnings],
      sources: version.sources,
    };
    return use({ duckdb, frame, facts });
  });
}

interface Cleaned {
  readonly fitted: readonly FittedStep[];
  readonly reads: readonly (readonly Reads[])[];
  readonly warnings: DatasetVersion['warnings'];
}

async function clearAndSplit(
  frame: Frame,
  clean: readonly ReturnType<typeof readStep>[],
  { target, split, folder, fold }: PrepareOptions,
  home: DataHome,
  reports: StepReport[],
): Promise<Cleaned> {
  const context: StepContext = { target, readOther: (source, key) => readOther(home, source, key, folder) };
  const tally = new Tally(reports);
  const fitted: FittedStep[] = [];
  const reads: (readonly Reads[])[] = [];
  let warnings: DatasetVersion['warnings'] | undefined;
  const splitOnce = async (): Promise<void> => {
    if (warnings !== undefined) return;
    await tally.settle(frame); // what came before the split is reported for the parts as they were
    warnings = await splitFrame(frame, target, split, fold);
  };
  for (const { step, options } of clean) {
    if (needsSplit(step, options)) await splitOnce();
    if (step.kind === 'row') {
      const outcome = await runRowStep(frame, step, options, context, tally);
      fitted.push(outcome.fitted);
      reads.push(outcome.reads);
    } else {
      reports.push(...(await runRowsStep(frame, step, options, context, tally)));
    }
  }
  await splitOnce();
  await tally.settle(frame);
  return { fitted, reads, warnings: warnings ?? [] };
}

function needsSplit(step: Step, options: unknown): boolean {
  if (step.kind === 'rows') return step.needsSplit;
  return step.learn !== undefined && (step.learnsFromRows?.(options as never) ?? true);
}

/** A stored part with the numbers of its rows. */
function numbered(path: string): string {
  return `(SELECT *, file_row_number AS r FROM read_parquet(${quoteText(path)}, file_row_number = true))`;
}

/** The parts in their order; one that is as it was stored is not written again. */
function relationsOf(frame: Frame, version: DatasetVersion, media: DataHome['blobs']): Map<Part, Relation> {
  const relations = new Map<Part, Relation>();
  for (const part of PARTS) {
    if (!frame.rowCounts.has(part)) continue;
    const blob = frame.isAsItWas(part) ? version.parts[part]?.blob : undefined;
    relations.set(part, { ...frame.relation(part), media, ...(blob !== undefined && { blob }) });
  }
  return relations;
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

/** A step may have dropped the target, or made it of another type. */
function requireUsableTarget(frame: Frame, target: string): void {
  requireTargetType(frame.columns.find(({ name }) => name === target)?.type ?? 'nothing: a cleaning step took it out', target);
}

async function dropRowsWithoutTarget(frame: Frame, target: string): Promise<StepReport[]> {
  const { cell } = frame.column(target);
  const before = frame.rowCounts;
  const mark = await frame.mark(`SELECT r FROM ${frame.from} WHERE ${cell} IS NULL`);
  if (mark === undefined) return [];
  await frame.drop(mark);
  return [...before].flatMap(([part, rowCount]): StepReport[] => {
    const left = frame.rowCounts.get(part) ?? 0;
    if (left === 0) throw targetMissing(target, part);
    if (left === rowCount) return [];
    const summary = `without a value in "${target}" a row can be neither learned from nor measured on`;
    const rowsDropped = rowCount - left;
    return [
      { step: 'drop_rows_without_target', part, columns: [target], rowsChanged: 0, rowsDropped, cellsChanged: 0, summary, examples: [] },
    ];
  });
}

function targetMissing(target: string, part: Part): MoatError {
  return new MoatError(`the target "${target}" is missing in every row of the ${part} part`, {
    code: 'TARGET_MISSING',
    why: 'without the right answers nothing can be learned or measured',
    fix: 'choose another target, or bring data in which it is known',
  });
}
