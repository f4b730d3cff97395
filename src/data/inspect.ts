/** @file Looking at a file without keeping it: the columns and their types, for a first recipe. */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnSchema, SourceSpec } from './dataset.ts';
import { withTemporaryFolder } from './home.ts';
import { readColumns } from './schema.ts';
import { sourceOf } from './sources/index.ts';

/** The columns of a source with the types that an import would give them. Relative paths start at `folder`. */
export async function inspectSource(spec: SourceSpec, folder = process.cwd()): Promise<readonly ColumnSchema[]> {
  const temporary = { temporaryFolder: () => mkdtemp(join(tmpdir(), 'moat-')) };
  const rows = await withTemporaryFolder(temporary, (temporaryFolder) => sourceOf(spec).read(spec, { folder, temporaryFolder }));
  return readColumns(new Map([['all', rows]]), {}).columns;
}
