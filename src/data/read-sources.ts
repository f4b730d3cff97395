/** @file From what a recipe names to typed rows in a temporary folder: read, typed, and checked that no file changed meanwhile. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part, SourceSpec } from './dataset.ts';
import { type DuckDB, openDuckDB } from './duckdb.ts';
import type { MediaStore } from './media/store.ts';
import type { DeclaredTypes } from './schema.ts';
import { requireUnchanged } from './sources/files.ts';
import { sourceOf } from './sources/index.ts';
import { ParquetProcess } from './sources/parquet-process.ts';
import type { SourceRows } from './sources/source.ts';
import { readTyped, type TypedParts } from './typed.ts';

/** Relative paths start at `folder`; what is staged lies in `temporaryFolder`, a folder for each part; media files go to `media`. */
export async function readSources(
  specs: readonly (readonly [Part, SourceSpec])[],
  folder: string,
  temporaryFolder: string,
  media: MediaStore,
): Promise<Map<Part, SourceRows>> {
  const parts = new Map<Part, SourceRows>();
  const parquet = new ParquetProcess();
  try {
    for (const [part, spec] of specs) {
      const own = join(temporaryFolder, `source-${part}`);
      await mkdir(own);
      parts.set(part, await sourceOf(spec).read(spec, { folder, temporaryFolder: own, media, parquet }));
    }
    return parts;
  } finally {
    await parquet.close();
  }
}

/** Types the parts, refuses files that changed while they were read, and has the relations used before their engine closes. */
export async function withTyped<T>(
  parts: ReadonlyMap<Part, SourceRows>,
  declared: DeclaredTypes,
  temporaryFolder: string,
  use: (duckdb: DuckDB, typed: TypedParts) => Promise<T>,
): Promise<T> {
  const sources = [...parts.values()];
  const duckdb = await openDuckDB({ files: sources.flatMap(({ reach }) => reach), folder: temporaryFolder });
  try {
    const stamps = sources.flatMap((rows) => rows.stamps);
    const typed = await readTyped(duckdb, parts, declared, temporaryFolder).catch(async (error: unknown) => {
      await requireUnchanged(stamps); // what changed may look damaged: say the cause
      throw error;
    });
    await requireUnchanged(stamps);
    return await use(duckdb, typed);
  } finally {
    duckdb.close();
  }
}
