/**
 * @file Numbers also as bins: what lets a linear model bend. Each number gets a category beside it, the twentieth of the values that it
 * falls into, so the model becomes additive: a step function of each column. Labels have no part in the bins.
 */

import type { ColumnSchema } from '../../data/index.ts';
import { columnOf, isNumeric } from '../../data/index.ts';
import type { Column, Table } from '../../data/table.ts';

const BINS = 20;

/** The table and its columns with a category of bins for each number, integer and time among the inputs. */
export function withBins(
  table: Table,
  columns: readonly ColumnSchema[],
  target: string,
): { table: Table; columns: readonly ColumnSchema[] } {
  const added: Column[] = [];
  const schemas: ColumnSchema[] = [];
  for (const { name } of columns) {
    const column = columnOf(table, name);
    if (name === target || !isNumeric(column) || column.type === 'boolean') continue;
    const edges = edgesOf(column.values);
    if (edges.length < 2) continue;
    const binned = `${name}\0bins`;
    const values = Array.from(column.values, (value) => (Number.isNaN(value) ? null : String(binOf(edges, value))));
    added.push({ name: binned, type: 'category', values });
    schemas.push({ name: binned, type: 'category', why: 'bins of a number', nullable: true });
  }
  return { table: { rowCount: table.rowCount, columns: [...table.columns, ...added] }, columns: [...columns, ...schemas] };
}

/** Quantiles without repeats: a value that fills several bins is one of its own. */
function edgesOf(values: Float64Array): number[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return [];
  const edges = Array.from({ length: BINS - 1 }, (_, i) => sorted[Math.floor(((i + 1) / BINS) * (sorted.length - 1))] as number);
  // A column that is mostly one value still has its tail cut.
  const rest = sorted.filter((value) => value !== edges[0]);
  const tail =
    new Set(edges).size <= 2 && rest.length > 0
      ? Array.from({ length: BINS - 1 }, (_, i) => rest[Math.floor(((i + 1) / BINS) * (rest.length - 1))] as number)
      : [];
  return [...new Set([...edges, ...tail])].sort((a, b) => a - b);
}

/** The first edge that is not below the value. */
function binOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
