/** @file The cleaning of a row, repeated: what preparation did to the training rows is done to a request by the same functions. */

import type { FittedStep } from './dataset.ts';
import type { RelationColumn } from './relation.ts';
import { stepOf } from './steps/index.ts';
import type { Effect } from './steps/step.ts';
import type { Column, Table } from './table.ts';
import { relationColumn } from './table-ops.ts';

/**
 * Applies fitted steps in their order. Columns that the table lacks are passed over (a request has no target). Row by row and
 * without looking at other rows: one row alone gives the same as among others.
 */
export function applyPrepare(steps: readonly FittedStep[], table: Table): Table {
  return steps.reduce(applyStep, table);
}

function applyStep(table: Table, { step: name, columns, options, learned }: FittedStep): Table {
  const step = stepOf(name);
  if (step.kind !== 'row') return table;
  const all = table.columns.map(relationColumn);
  // A column that the step makes is not there yet; one that it works on may be missing, and is then passed over by `reads`.
  const named = columns.map((column): RelationColumn => all.find((known) => known.name === column) ?? { name: column, type: 'text' });
  return applyEffect(step.effect(named, options, learned, all), table);
}

/** What a step does, done to a table in memory. */
export function applyEffect({ writes, drops = [] }: Effect, table: Table): Table {
  const known = new Map(table.columns.map((column) => [column.name, column]));
  const columns = [...table.columns];
  for (const write of writes) {
    const inputs = write.reads.flatMap((name) => known.get(name) ?? []);
    if (inputs.length < write.reads.length) continue;
    const written = { ...write.apply(inputs, table.rowCount), name: write.name } as Column;
    const place = columns.findIndex((column) => column.name === write.name);
    if (place === -1) columns.push(written);
    else columns[place] = written;
  }
  return { rowCount: table.rowCount, columns: columns.filter((column) => !drops.includes(column.name)) };
}
