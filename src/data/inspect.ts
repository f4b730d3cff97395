/** @file Looking at a file without keeping it: the columns and their types, for a first recipe. */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnSchema, SourceSpec } from './dataset.ts';
import { withTemporaryFolder } from './home.ts';
import { type ReadColumns, readColumns } from './schema.ts';
import { sourceOf } from './sources/index.ts';
import type { ColumnType } from './table.ts';

/** The columns of a source with the types that an import would give them. Relative paths start at `folder`. */
export async function inspectSource(spec: SourceSpec, folder?: string): Promise<readonly ColumnSchema[]> {
  return (await readSource(spec, folder, new Map())).columns;
}

/** The columns and rows of a source; types that are declared for columns it lacks are passed over. */
export async function readSource(
  spec: SourceSpec,
  folder: string | undefined,
  declared: ReadonlyMap<string, ColumnType>,
): Promise<ReadColumns> {
  const temporary = { temporaryFolder: () => mkdtemp(join(tmpdir(), 'moat-')) };
  const rows = await withTemporaryFolder(temporary, (temporaryFolder) =>
    sourceOf(spec).read(spec, { folder: folder ?? process.cwd(), temporaryFolder }),
  );
  const names = rows.columns.map((column) => (column.type === 'cells' ? column.name : column.column.name));
  const known = Object.fromEntries([...declared].filter(([name]) => names.includes(name)));
  return readColumns(new Map([['all', rows]]), known);
}
