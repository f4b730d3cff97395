/** @file Looking at a file without keeping it: the columns and their types, for a first recipe. */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnSchema, SourceSpec } from './dataset.ts';
import type { DuckDB } from './duckdb.ts';
import { withTemporaryFolder } from './home.ts';
import { type MediaStore, mediaIn } from './media/store.ts';
import { tableOfRelation } from './parts.ts';
import { readSources, withTyped } from './read-sources.ts';
import type { Relation } from './relation.ts';
import type { DeclaredType } from './schema.ts';
import type { Table } from './table.ts';
import type { TypedParts } from './typed.ts';

/** The columns of a source with the types that an import would give them. Relative paths start at `folder`. */
export async function inspectSource(spec: SourceSpec, folder?: string): Promise<readonly ColumnSchema[]> {
  return withSource(spec, folder, new Map(), async (_, { columns }) => columns);
}

/** All rows of a source as one table; types that are declared for columns it lacks are passed over. */
export async function readSource(
  spec: SourceSpec,
  folder: string | undefined,
  declared: ReadonlyMap<string, DeclaredType>,
): Promise<Table> {
  return withSource(spec, folder, declared, (duckdb, { parts }, media) =>
    tableOfRelation(duckdb, { ...(parts.get('all') as Relation), media }),
  );
}

async function withSource<T>(
  spec: SourceSpec,
  folder: string | undefined,
  declared: ReadonlyMap<string, DeclaredType>,
  use: (duckdb: DuckDB, typed: TypedParts, media: MediaStore) => Promise<T>,
): Promise<T> {
  const temporary = { temporaryFolder: () => mkdtemp(join(tmpdir(), 'moat-')) };
  return withTemporaryFolder(temporary, async (temporaryFolder) => {
    const media = mediaIn(temporaryFolder);
    const parts = await readSources([['all', spec]], folder ?? process.cwd(), temporaryFolder, media);
    const names = parts.get('all')?.columns.map(({ name }) => name) ?? [];
    const known = Object.fromEntries([...declared].filter(([name]) => names.includes(name)));
    return withTyped(parts, known, temporaryFolder, (duckdb, typed) => use(duckdb, typed, media));
  });
}
