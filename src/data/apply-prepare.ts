/** @file The cleaning of a row, repeated: what preparation did to the training rows is done to a request by the same functions. */

import type { FittedStep } from './dataset.ts';
import { stepOf } from './steps/index.ts';
import type { RowStep } from './steps/step.ts';
import type { Column, Table } from './table.ts';

/**
 * Applies fitted steps in their order. Columns that the table lacks are passed over (a request has no target). Row by row and
 * without looking at other rows: one row alone gives the same as among others.
 */
export function applyPrepare(steps: readonly FittedStep[], table: Table): Table {
  return steps.reduce(applyStep, table);
}

function applyStep(table: Table, fitted: FittedStep): Table {
  const step = stepOf(fitted.step);
  if (step.kind !== 'row') return table;
  return { rowCount: table.rowCount, columns: table.columns.flatMap((column) => applyToColumn(step, fitted, column) ?? []) };
}

function applyToColumn(step: RowStep, { columns, options, learned }: FittedStep, column: Column): Column | undefined {
  const place = columns.indexOf(column.name);
  return place === -1 ? column : step.apply(column, options, learned?.[place]);
}
