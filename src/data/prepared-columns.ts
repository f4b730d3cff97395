/** @file What is known of the columns after cleaning, and which raw ones a request must carry. */

import { type ColumnSchema, type DatasetVersion, LISTED_CATEGORIES } from './dataset.ts';
import type { RelationColumn } from './relation.ts';
import { partIs } from './split.ts';
import type { Frame } from './steps/frame.ts';
import type { Reads } from './steps/run.ts';

/** The schema of the prepared columns; categories are those of the training rows. */
export async function describeFrame(frame: Frame, version: DatasetVersion, target: string): Promise<ColumnSchema[]> {
  const columns: ColumnSchema[] = [];
  for (const { name, type, shape, isFile, cell } of frame.columns) {
    const raw = version.columns.find((column) => column.name === name);
    const why = raw === undefined ? 'made by a cleaning step' : raw.type === type ? raw.why : 'declared in the recipe';
    const nullable = name !== target && (raw?.nullable ?? true);
    const categories = type === 'boolean' ? ['false', 'true'] : type === 'category' ? await categoriesOf(frame, cell) : undefined;
    columns.push({ name, type, why, nullable, ...(categories && { categories }), ...(shape && { shape }), ...(isFile && { isFile }) });
  }
  return columns;
}

/**
 * The raw columns from which a model's columns are made, found by walking the steps back: a column that a step wrote is not
 * asked for, but what it was made from is; one that was dropped unread is not.
 */
export function inputsOf(
  version: DatasetVersion,
  raw: readonly RelationColumn[],
  columns: readonly ColumnSchema[],
  steps: readonly (readonly Reads[])[],
  target: string,
): ColumnSchema[] {
  const needed = new Set(columns.filter(({ name, type }) => name !== target && type !== 'id').map(({ name }) => name));
  for (const writes of [...steps].reverse()) {
    const asked = writes.filter(({ name }) => needed.has(name));
    for (const { name } of asked) needed.delete(name);
    for (const { from } of asked) for (const name of from) needed.add(name);
  }
  return raw.flatMap(({ name, type, shape }) => {
    const schema = version.columns.find((column) => column.name === name);
    if (schema === undefined || !needed.has(name) || name === target) return [];
    const prepared = columns.find((column) => column.name === name && column.type === type);
    // Categories as training knows them, where the column goes through unchanged in kind.
    const { categories: _, ...facts } = { ...schema, type, ...(shape && { shape }) };
    const categories = prepared?.categories ?? (schema.type === type ? schema.categories : undefined);
    return [{ ...facts, ...(type !== schema.type && { why: 'declared in the recipe' }), ...(categories && { categories }) }];
  });
}

async function categoriesOf(frame: Frame, cell: string): Promise<string[]> {
  const found = await frame.rows(
    `SELECT DISTINCT ${cell} FROM ${frame.from} WHERE ${partIs('train')} AND ${cell} IS NOT NULL ORDER BY 1 LIMIT ${LISTED_CATEGORIES}`,
  );
  return found.map(([value]) => value as string);
}
