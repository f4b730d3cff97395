/** @file The columns of sources by name, the same in every part, and what a failure of reading them means. */

import { MoatError, toMoatError } from '../engine/errors.ts';
import type { Part } from './dataset.ts';
import { fromDuckDB } from './duckdb.ts';
import type { SourceColumn, SourceRows } from './sources/source.ts';

export function columnNamed({ columns }: SourceRows, name: string): SourceColumn {
  return columns.find((column) => column.name === name) as SourceColumn;
}

/** What reading a source throws, in the words of the source. */
export async function explained<T>(rows: SourceRows, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const known = toMoatError(fromDuckDB(cause));
    throw known.code === 'INTERNAL' && rows.explain ? await rows.explain(cause) : known;
  }
}

/** The names of the columns, in the order of the first part; parts whose columns differ are refused. */
export function namesOf(parts: ReadonlyMap<Part, SourceRows>): string[] {
  const [[firstPart, first] = [], ...others] = [...parts];
  const names = first?.columns.map(({ name }) => name) ?? [];
  for (const [part, rows] of others) {
    const theirs = rows.columns.map(({ name }) => name);
    const missing = names.filter((name) => !theirs.includes(name));
    const extra = theirs.filter((name) => !names.includes(name));
    if (missing.length + extra.length === 0) continue;
    throw new MoatError(`the ${part} and ${firstPart} parts have different columns`, {
      code: 'DATA_PARTS_DIFFER',
      why: `the ${part} part ${[missing.length > 0 && `lacks ${quoteNames(missing)}`, extra.length > 0 && `has ${quoteNames(extra)} besides`].filter(Boolean).join(' and ')}`,
      fix: 'give every part the same columns, in any order',
    });
  }
  return names;
}

function quoteNames(names: readonly string[]): string {
  return (
    names
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(', ') + (names.length > 5 ? ', …' : '')
  );
}
