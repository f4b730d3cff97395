/** @file A network as a table for people: layers, what they give, how much they hold and what they cost. */

import { showType } from '../graph/dims.ts';
import { countParameters, type Trace } from './trace.ts';

/** Multiply-adds are those of one row of the batch. */
export function summaryOf({ layers, parameters }: Pick<Trace, 'layers' | 'parameters'>): string {
  const rows = layers.map(({ name, outputs, parameterCount, multiplyAdds }) => [
    name,
    outputs.map(showType).join(', '),
    grouped(parameterCount),
    grouped(multiplyAdds),
  ]);
  const cost = layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
  return table([
    ['layer', 'output', 'parameters', 'multiply-adds'],
    ...rows,
    ['total', '', grouped(countParameters(parameters)), grouped(cost)],
  ]);
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** Columns set apart by two spaces; the numbers, from the third on, are aligned right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number): string =>
    column >= 2 ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(cell).join('  ')).join('\n');
}
