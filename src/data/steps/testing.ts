/** @file For tests: a frame over tables in memory, one step run over it, and the parts read back. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FittedStep, Part, StepReport } from '../dataset.ts';
import { openDuckDB } from '../duckdb.ts';
import { relationOfTable, tablesOf } from '../parts.ts';
import type { Column, Table } from '../table.ts';
import { concatTables, relationColumn } from '../table-ops.ts';
import { Frame } from './frame.ts';
import { readStep, type StepSpec } from './index.ts';
import { runRowStep, runRowsStep, Tally } from './run.ts';

/** Opens a frame over the parts, for one piece of work. */
export async function withFrame<T>(
  parts: ReadonlyMap<Part, Table>,
  use: (frame: Frame, read: (part: Part) => Promise<Table>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'moat-frame-'));
  const duckdb = await openDuckDB({ files: [], folder });
  try {
    const framed = [];
    for (const [part, table] of parts) {
      const { from, rowCount } = await relationOfTable(duckdb, table, `part_${part}`);
      framed.push({ part, from: `(SELECT *, rowid AS r FROM ${from})`, rowCount });
    }
    const [first] = parts.values();
    const columns = (first?.columns ?? []).map(relationColumn);
    const frame = new Frame(duckdb, folder, framed, columns);
    return await use(frame, async (part) => {
      const relation = frame.relation(part);
      const tables: Table[] = [];
      for await (const table of tablesOf(duckdb, relation)) tables.push(table);
      return tables.length === 0 ? { rowCount: 0, columns: [] } : concatTables(tables);
    });
  } finally {
    duckdb.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Ran {
  readonly parts: ReadonlyMap<Part, Table>;
  readonly reports: readonly StepReport[];
  readonly fitted: readonly FittedStep[];
}

/** Runs steps one after the other over tables in memory, as preparation does. */
export async function runSteps(
  specs: readonly StepSpec[],
  parts: readonly (readonly [Part, Table])[],
  { target = 'y', other = { rowCount: 0, columns: [] } as { rowCount: number; columns: readonly Column[] } } = {},
): Promise<Ran> {
  return withFrame(new Map(parts), async (frame, read) => {
    const reports: StepReport[] = [];
    const fitted: FittedStep[] = [];
    const tally = new Tally(reports);
    const context = { target, readOther: async () => other };
    for (const spec of specs) {
      const { step, options } = readStep(spec);
      if (step.kind === 'row') fitted.push((await runRowStep(frame, step, options, context, tally)).fitted);
      else reports.push(...(await runRowsStep(frame, step, options, context, tally)));
    }
    await tally.settle(frame);
    const tables = new Map<Part, Table>();
    for (const part of frame.rowCounts.keys()) tables.set(part, await read(part));
    return { parts: tables, reports, fitted };
  });
}
