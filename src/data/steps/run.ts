/** @file Running one cleaning step over the parts, and reporting what it did with a few examples. */

import { MoatError } from '../../engine/errors.ts';
import { kindOf } from '../columns/index.ts';
import type { Example, FittedStep, JsonValue, Part, StepReport } from '../dataset.ts';
import type { Column, Table } from '../table.ts';
import { bytesPerImage, columnLength, columnOf, isPixels, selectRows } from '../table-ops.ts';
import { namedColumns, type PartStep, type RowStep } from './step.ts';

export interface StepOutcome {
  readonly parts: Map<Part, Table>;
  readonly reports: readonly StepReport[];
  /** What to repeat at prediction; nothing for a step that only drops rows. */
  readonly fitted?: FittedStep;
}

/** Learns on the training part (or on all rows, for a step that learns nothing) and changes every part alike. */
export function runRowStep(step: RowStep, options: JsonValue, parts: ReadonlyMap<Part, Table>, target: string): StepOutcome {
  const source = (parts.get('train') ?? parts.get('all')) as Table;
  const columns = columnsFor(step, options, source, target);
  const learned = step.fit && columns.map((column) => step.fit?.(column, options) as JsonValue);
  const names = columns.map((column) => column.name);
  const summary = step.describe?.(names, learned) ?? step.summary;
  const changed = new Map<Part, Table>();
  const reports: StepReport[] = [];
  for (const [part, table] of parts) {
    const tally = new Tally(table.rowCount);
    const after = table.columns.flatMap((column) => {
      const place = names.indexOf(column.name);
      if (place === -1) return [column];
      const result = step.apply(column, options, learned?.[place]);
      tally.compare(column, result);
      return result ?? [];
    });
    // The same object when nothing changed: such a part is not stored twice.
    const isSame = after.length === table.columns.length && after.every((column, i) => column === table.columns[i]);
    changed.set(part, isSame ? table : { rowCount: table.rowCount, columns: after });
    reports.push({ step: step.name, part, columns: names, rowsDropped: 0, summary, ...tally.counts() });
  }
  return { parts: changed, reports, fitted: { step: step.name, columns: names, options, ...(learned && { learned }) } };
}

/** Drops the rows that the step does not keep. */
export function runPartStep(step: PartStep, options: JsonValue, parts: ReadonlyMap<Part, Table>, target: string): StepOutcome {
  const kept = step.keep(parts, options, { target });
  const left = new Map(parts);
  const reports: StepReport[] = [];
  for (const [part, rows] of kept) {
    const table = parts.get(part) as Table;
    const rowsDropped = table.rowCount - rows.length;
    if (rowsDropped > 0) left.set(part, selectRows(table, rows));
    const examples = droppedExamples(table, rows);
    const columns = namedColumns(options) ?? [];
    reports.push({
      step: step.name,
      part,
      columns,
      rowsChanged: 0,
      rowsDropped,
      cellsChanged: 0,
      summary: step.describe(options),
      examples,
    });
  }
  return { parts: left, reports };
}

function columnsFor(step: RowStep, options: JsonValue, table: Table, target: string): readonly Column[] {
  const named = namedColumns(options);
  if (named === undefined) return table.columns.filter((column) => column.name !== target && step.suits(column));
  return named.map((name) => {
    const column = columnOf(table, name);
    const refusal =
      name === target && step.name !== 'map' ? 'it is the target, which only `map` may write' : step.refuses?.(column, options);
    if (refusal === undefined) return column;
    throw new MoatError(`the step ${step.name} cannot work on column "${name}"`, {
      code: 'STEP_COLUMN',
      why: refusal,
      fix: 'name other columns, or declare another type for it under `columns`',
    });
  });
}

const MOST_EXAMPLES = 3;
const LONGEST_EXAMPLE = 160;

/** Counts changed cells and rows of one part. */
class Tally {
  readonly #changedRows: Uint8Array;
  #cells = 0;
  readonly #examples: Example[] = [];

  constructor(rowCount: number) {
    this.#changedRows = new Uint8Array(rowCount);
  }

  compare(before: Column, after: Column | undefined): void {
    if (before === after) return;
    const rowCount = columnLength(before);
    for (let row = 0; row < rowCount; row++) {
      if (after && isSameCell(before, after, row)) continue;
      this.#cells++;
      this.#changedRows[row] = 1;
      if (after && this.#examples.length < MOST_EXAMPLES) this.#examples.push({ before: shown(before, row), after: shown(after, row) });
    }
  }

  counts(): Pick<StepReport, 'rowsChanged' | 'cellsChanged' | 'examples'> {
    return {
      rowsChanged: this.#changedRows.reduce((sum, changed) => sum + changed, 0),
      cellsChanged: this.#cells,
      examples: this.#examples,
    };
  }
}

function isSameCell(before: Column, after: Column, row: number): boolean {
  if (isPixels(before) || isPixels(after)) return before === after;
  return Object.is(before.values[row], after.values[row]);
}

function droppedExamples(table: Table, kept: Uint32Array): Example[] {
  const isKept = new Uint8Array(table.rowCount);
  for (const row of kept) isKept[row] = 1;
  const examples: Example[] = [];
  for (let row = 0; row < table.rowCount && examples.length < MOST_EXAMPLES; row++) {
    if (isKept[row]) continue;
    const cells = table.columns.map((column) => shown(column, row) ?? '');
    examples.push({ before: cut(cells.join(' | ')), after: null });
  }
  return examples;
}

function shown(column: Column, row: number): string | null {
  if (isPixels(column)) return `${column.type} of ${bytesPerImage(column)} bytes`;
  const text = kindOf(column.type).text(column, row);
  return text === null ? null : cut(text);
}

/** Never cut through a character. */
function cut(text: string): string {
  const characters = [...text.slice(0, 2 * LONGEST_EXAMPLE)];
  return characters.length <= LONGEST_EXAMPLE ? text : `${characters.slice(0, LONGEST_EXAMPLE - 1).join('')}…`;
}
