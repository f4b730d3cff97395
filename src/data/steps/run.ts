/** @file Running one cleaning step over a frame, and reporting what it did with a few examples. */

import type { MoatError } from '../../engine/errors.ts';
import { kindOf } from '../columns/index.ts';
import { type Example, type FittedStep, type JsonValue, PARTS, type Part, type StepReport } from '../dataset.ts';
import type { DuckDBValue } from '../duckdb.ts';
import type { RelationColumn } from '../relation.ts';
import { columnOfValues } from '../stored-columns.ts';
import type { Column } from '../table.ts';
import { isMedia } from '../table-ops.ts';
import { isStringType } from './cells.ts';
import type { Change, Frame, FrameColumn } from './frame.ts';
import { columnError, type LearnContext, namedColumns, type RowStep, type RowsStep, type Training } from './step.ts';

export interface StepContext {
  readonly target: string;
  readonly readOther: LearnContext['readOther'];
}

/** Learns on the training part (a step that learns nothing from rows may run before the split) and changes every part alike. */
export async function runRowStep(
  frame: Frame,
  step: RowStep,
  options: JsonValue,
  context: StepContext,
  tally: Tally,
): Promise<{ readonly fitted: FittedStep; readonly reads: readonly Reads[] }> {
  const columns = columnsFor(frame, step, options, context.target);
  const all = frame.columns;
  if (step.learn && frame.isDear) await tally.settle(frame); // learning reads the cells again
  const learned = await step.learn?.(columns, options, { ...context, training: trainingOf(frame), columns: all });
  const names = columns.map(({ name }) => name);
  const effect = step.effect(columns, options, learned, all);
  const writesTarget = effect.writes.some(({ name }) => name === context.target) || effect.drops?.includes(context.target);
  const readsTarget = effect.writes.some(({ name, reads }) => name !== context.target && reads.includes(context.target));
  if ((writesTarget && step.mayWriteTarget !== true) || readsTarget) throw targetError(step.name, context.target, readsTarget);
  const changes = frame.write(effect);
  tally.add(step.name, names, step.describe?.(names, learned, options) ?? step.summary, changes);
  const reads = [
    ...effect.writes.map((write) => ({ name: write.name, from: write.reads })),
    ...(effect.drops ?? []).map((name) => ({ name, from: [] })),
  ];
  return { fitted: { step: step.name, columns: names, options, ...(learned && { learned }) }, reads };
}

/** A column that a step wrote, and the columns that it was made from. */
export interface Reads {
  readonly name: string;
  readonly from: readonly string[];
}

/** Leaves out or repeats the rows that the step chooses. */
export async function runRowsStep(
  frame: Frame,
  step: RowsStep,
  options: JsonValue,
  context: StepContext,
  tally: Tally,
): Promise<StepReport[]> {
  await tally.settle(frame); // cells are counted before their rows go
  const before = frame.rowCounts;
  const chosen = await step.choose(frame, options, context);
  const summary = chosen.summary ?? step.describe(options);
  const mark = chosen.drop === undefined ? undefined : await frame.mark(chosen.drop);
  const examples = mark === undefined ? new Map<Part, Example[]>() : await droppedExamples(frame, mark);
  if (mark !== undefined) await frame.drop(mark);
  const left = frame.rowCounts;
  if (chosen.copies !== undefined) await frame.repeat(chosen.copies);
  return [...before].map(([part, rowCount]): StepReport => {
    const rowsDropped = rowCount - (left.get(part) ?? 0);
    const rowsChanged = (frame.rowCounts.get(part) ?? 0) - (left.get(part) ?? 0); // copies
    const columns = namedColumns(options) ?? [];
    return { step: step.name, part, columns, rowsChanged, rowsDropped, cellsChanged: 0, summary, examples: examples.get(part) ?? [] };
  });
}

/** The training rows, or all rows where nothing was split off yet. */
export function trainingOf(frame: Frame): Training {
  const part: Part = frame.rowCounts.has('train') ? 'train' : 'all';
  return {
    cell: (name) => frame.column(name).cell,
    query: (select, rest = '') => frame.rows(`SELECT ${select} FROM ${frame.from} WHERE p = ${PARTS.indexOf(part)} ${rest}`),
  };
}

function columnsFor(frame: Frame, step: RowStep, options: JsonValue, target: string): readonly RelationColumn[] {
  const made = step.makes?.(options);
  if (made !== undefined) return made.map((name) => frame.columns.find((column) => column.name === name) ?? { name, type: 'text' });
  const named = namedColumns(options);
  if (named === undefined) return frame.columns.filter((column) => column.name !== target && step.suits(column));
  return named.map((name) => {
    const column = frame.column(name);
    if (name === target && step.mayWriteTarget !== true) throw targetError(step.name, target, false);
    const refusal = step.refuses?.(column, options);
    if (refusal !== undefined) throw columnError(step.name, name, refusal);
    return column;
  });
}

function targetError(step: string, target: string, isRead: boolean): MoatError {
  return columnError(
    step,
    target,
    isRead
      ? 'it is the target, which a request does not have, so no other column can be made from it'
      : 'it is the target, which only `map`, `trim` and `fix_types` may write',
  );
}

const MOST_EXAMPLES = 3;
const LONGEST_EXAMPLE = 160;

interface Pending {
  readonly step: string;
  readonly columns: readonly string[];
  readonly summary: string;
  readonly changes: readonly Change[];
}

/** Counts the cells and rows that steps change: many steps in one pass, as late as possible. */
export class Tally {
  readonly #reports: StepReport[];
  #pending: Pending[] = [];

  /** Reports are added to this list in the order of the steps. */
  constructor(reports: StepReport[]) {
    this.#reports = reports;
  }

  add(step: string, columns: readonly string[], summary: string, changes: readonly Change[]): void {
    this.#pending.push({ step, columns, summary, changes });
  }

  /** Counts what is still open; called before rows go or change their part. */
  async settle(frame: Frame): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    const befores = pending.flatMap(({ changes }) => changes.flatMap(({ before }) => before ?? []));
    const afters = pending.flatMap(({ changes }) => changes.flatMap(({ after }) => after ?? []));
    await frame.settle([...befores, ...afters]);
    for (const step of await countChanges(frame, pending)) this.#reports.push(...step);
  }
}

/** One pass over the rows for all steps: counts, and the first examples of each changed column. */
async function countChanges(frame: Frame, pending: readonly Pending[]): Promise<StepReport[][]> {
  const select: string[] = [];
  const ask = (sql: string): number => select.push(sql) - 1;
  const plans = pending.map(({ changes }) => {
    const compared = changes.filter(({ after }) => after !== undefined);
    const cells = compared.map((change) => ({
      change,
      count: ask(`count(*) FILTER (WHERE ${isChanged(change)})`),
      // only where something changed: cutting texts costs more than comparing them
      examples: ask(`arg_min(CASE WHEN ${isChanged(change)}
        THEN struct_pack(b := ${shownCell(change.before)}, a := ${shownCell(change.after)}) END, r, ${MOST_EXAMPLES})
        FILTER (WHERE ${isChanged(change)})`),
    }));
    const rows = compared.length < 2 ? undefined : ask(`count(*) FILTER (WHERE ${compared.map(isChanged).join(' OR ')})`);
    return { cells, rows };
  });
  const asked = select.length === 0 ? [] : await frame.rows(`SELECT p, ${select.join(', ')} FROM ${frame.from} GROUP BY p ORDER BY p`);
  return pending.map(({ step, columns, summary, changes }, i): StepReport[] =>
    [...frame.rowCounts].map(([part, rowCount]) => {
      const answer = asked.find(([p]) => PARTS[Number(p)] === part)?.slice(1) ?? [];
      const { cells, rows } = plans[i] as (typeof plans)[number];
      const gone = changes.filter(({ after }) => after === undefined).length;
      const counts = cells.map(({ count }) => Number(answer[count] ?? 0));
      const cellsChanged = counts.reduce((sum, count) => sum + count, 0) + gone * rowCount;
      const rowsChanged = gone > 0 ? rowCount : rows === undefined ? (counts[0] ?? 0) : Number(answer[rows] ?? 0);
      const examples = cells.flatMap(({ change, examples: at }) => examplesOf(change, answer[at])).slice(0, MOST_EXAMPLES);
      return { step, part, columns, rowsChanged, rowsDropped: 0, cellsChanged, summary, examples };
    }),
  );
}

function isChanged({ before, after }: Change): string {
  if (before === undefined) return `${after?.cell} IS NOT NULL`;
  const isSameKind = isStringType(before.type) === isStringType((after as FrameColumn).type);
  if (isSameKind) return `${before.cell} IS DISTINCT FROM ${after?.cell}`;
  return `(${before.cell} IS NOT NULL OR ${after?.cell} IS NOT NULL)`; // a text became a number: every cell is another
}

/** Long texts are cut in SQL already. */
function shownCell(column: FrameColumn | undefined): string {
  if (column === undefined) return 'NULL';
  return isStringType(column.type) ? `left(${column.cell}, ${2 * LONGEST_EXAMPLE})` : column.cell;
}

function examplesOf({ before, after }: Change, found: DuckDBValue | undefined): Example[] {
  const { items = [] } = (found ?? {}) as { items?: readonly { readonly entries: { readonly b: DuckDBValue; readonly a: DuckDBValue } }[] };
  return items.map(({ entries: { b, a } }) => ({ before: shown(before, b), after: shown(after, a) }));
}

/** Rows that a mark drops: how the first of each part begin. */
async function droppedExamples(frame: Frame, mark: string): Promise<Map<Part, Example[]>> {
  const first = await frame.rows(`SELECT p, min(r, ${MOST_EXAMPLES}) FROM ${frame.from} WHERE ${mark} = 1 GROUP BY p`);
  const numbers = first.flatMap(([, list]) => (list as { readonly items: readonly number[] } | null)?.items ?? []);
  const examples = new Map<Part, Example[]>();
  if (numbers.length === 0) return examples;
  const columns = frame.columns.slice(0, COLUMNS_IN_EXAMPLE);
  const rows = await frame.rows(
    `SELECT DISTINCT ON (r) p, r, ${columns.map(shownCell).join(', ')} FROM ${frame.from} WHERE r IN (${numbers.join(', ')}) ORDER BY r`,
  );
  for (const [p, , ...cells] of rows) {
    const part = PARTS[Number(p)] as Part;
    const text = columns.map((column, i) => shown(column, cells[i] ?? null) ?? '').join(' | ');
    examples.set(part, [...(examples.get(part) ?? []), { before: cut(text), after: null }]);
  }
  return examples;
}

const COLUMNS_IN_EXAMPLE = 12;

function shown(column: RelationColumn | undefined, value: DuckDBValue): string | null {
  if (column === undefined || value === null) return null;
  if (isMedia(column.type)) return column.type;
  const text = kindOf(column.type).text(columnOfValues(column, [value]) as Column, 0);
  return text === null ? null : cut(text);
}

/** Never cut through a character. */
function cut(text: string): string {
  const characters = [...text.slice(0, 2 * LONGEST_EXAMPLE)];
  return characters.length <= LONGEST_EXAMPLE ? text : `${characters.slice(0, LONGEST_EXAMPLE - 1).join('')}…`;
}
