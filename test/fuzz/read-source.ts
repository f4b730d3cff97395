/** @file Reading a file of rows as an import begins to: the source itself, and where DuckDB reads the rows, every row of it. */

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { SourceSpec } from '../../src/data/dataset.ts';
import { mediaIn } from '../../src/data/media/store.ts';
import { explained } from '../../src/data/source-columns.ts';
import { sourceOf } from '../../src/data/sources/index.ts';
import { ParquetProcess } from '../../src/data/sources/parquet-process.ts';
import type { SourceContext, SourceRows, Staged } from '../../src/data/sources/source.ts';
import type { StagedChunk } from '../../src/data/sources/stage.ts';
import type { Target } from './target.ts';

/** How a file becomes rows; on `connection` where that needs an engine. */
export type Open = (path: string, context: SourceContext, connection: DuckDBConnection) => Promise<SourceRows>;

const openSource: Open = (path, context) => sourceOf(path).read(path, context);

/** A source whose rows our own code reads: they are drained, not staged. */
export function stagedTarget(folder: string, extension: string, samples: readonly Uint8Array[], words: readonly string[]): Target {
  const path = `mutant.${extension}`;
  const context = contextIn(folder);
  return {
    samples,
    words,
    async read(bytes) {
      writeFileSync(join(folder, path), bytes);
      await inContext(context, () => readStaged(path, context));
    },
  };
}

export function readStaged(spec: SourceSpec, context: SourceContext): Promise<SourceRows> {
  return sourceOf(spec).read(spec, context);
}

/** A source whose rows DuckDB reads: all of them are read, and what only a whole reading shows is asked for. */
export function engineTarget(
  folder: string,
  extension: string,
  samples: readonly Uint8Array[],
  words: readonly string[],
  open: Open = openSource,
): Target {
  const path = `mutant.${extension}`;
  const context = contextIn(folder);
  const engine = keptEngine();
  return {
    samples,
    words,
    read: (bytes) => {
      writeFileSync(join(folder, path), bytes);
      return inContext(context, () =>
        engine.use(async (connection) => {
          const rows = await open(path, context, connection);
          const rowCount = await explained(
            rows,
            async () => (await connection.runAndReadAll(`SELECT * FROM ${rows.from}`)).currentRowCount,
          );
          await rows.finish?.(connection, rowCount);
        }),
      );
    },
    close: engine.close,
  };
}

/**
 * One engine for many mutants, since opening one costs as much as reading ten. Each has a connection of its own, with which its tables
 * of rejected lines go. An engine that DuckDB shut down after a fault of its own is opened anew.
 */
function keptEngine() {
  let instance: DuckDBInstance | undefined;
  const close = (): void => {
    instance?.closeSync();
    instance = undefined;
  };
  return {
    close,
    async use(read: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
      instance ??= await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB', enable_external_file_cache: 'false' });
      const connection = await instance.connect();
      try {
        await read(connection);
      } catch (error) {
        if (isShutDown(error)) close();
        throw error;
      } finally {
        connection.closeSync();
      }
    },
  };
}

function isShutDown(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (/INTERNAL Error|FATAL Error|invalidated/.test(cause.message)) return true;
  return false;
}

/** Files in `folder`; what a reading leaves in the temporary folder is removed after it. */
export function contextIn(folder: string): SourceContext {
  const temporaryFolder = join(folder, 'temporary');
  mkdirSync(temporaryFolder);
  return { folder, temporaryFolder, media: mediaIn(temporaryFolder), stage: drain, parquet: new ParquetProcess() };
}

export async function inContext<T>({ temporaryFolder }: SourceContext, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } finally {
    for (const name of readdirSync(temporaryFolder)) rmSync(join(temporaryFolder, name), { recursive: true, force: true });
  }
}

async function drain(chunks: AsyncIterable<StagedChunk> | Iterable<StagedChunk>): Promise<Staged> {
  let [rowCount, width] = [0, 0];
  for await (const chunk of chunks) {
    rowCount += chunk[0]?.length ?? 0;
    width = Math.max(width, chunk.length);
  }
  return { from: '', reach: [], rowCount, width };
}
