/** @file A process for Parquet files, which may bring DuckDB down: what a damaged file does to it, it does not do to us. */

import { MoatError } from '../../engine/errors.ts';
import { type Child, type ChildExit, compiledEntry, describeExit, spawnChild } from '../../jobs/index.ts';
import type { CopiedParquet, ParquetCopy } from './parquet-copy.ts';

/** Started with its first file and kept for the others of an import. Whoever makes one closes it. */
export class ParquetProcess {
  #child: Child | undefined;

  /** Rejects as `copyParquet` does, and with `PARQUET_UNREADABLE` when the file ended the process. */
  async copy(job: ParquetCopy): Promise<CopiedParquet> {
    this.#child ??= spawnChild({ entry: compiledEntry(import.meta.url, './parquet-worker.ts'), name: 'reading Parquet' });
    const child = this.#child;
    try {
      return await child.request<CopiedParquet>('copyParquet', job);
    } catch (error) {
      if (!(error instanceof MoatError) || error.code !== 'JOB_CHILD_LOST') throw error;
      this.#child = undefined;
      const exit = await child.exited;
      // killed by the system, for its memory, or never started: that says nothing of the file
      throw exit.signal === 'SIGKILL' || exit.failure !== undefined ? error : crashed(job.shown, exit);
    }
  }

  async close(): Promise<void> {
    await this.#child?.kill();
    this.#child = undefined;
  }
}

function crashed(path: string, exit: ChildExit): MoatError {
  return new MoatError(`${path} cannot be read as Parquet`, {
    code: 'PARQUET_UNREADABLE',
    why: `it is damaged in a way that ended the process that read it: ${describeExit(exit)}`,
    fix: 'write it again, or export it as CSV in UTF-8',
  });
}
