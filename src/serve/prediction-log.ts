/** @file The prediction log: every answer is kept before it goes out, many in one commit. */

import type { Home } from '../store/index.ts';
import type { PredictionTable } from '../store/schema.ts';

/** SQLite binds at most 32,766 values to a statement; a row binds seven. */
const ROWS_PER_STATEMENT = 1000;

export interface PredictionLog {
  /** Settles once the rows are on disk, so that an answer given afterwards survives a crash. Errors: `STORE_DISK_FULL`. */
  append(rows: readonly PredictionTable[]): Promise<void>;
  /** Settles when nothing is left to write. */
  flush(): Promise<void>;
}

/** Group commit: what arrives while a commit is under way, or in the same turn of the event loop, shares the next one. */
export function createPredictionLog(db: Home['db']): PredictionLog {
  let waiting: { rows: readonly PredictionTable[]; resolve(): void; reject(error: unknown): void }[] = [];
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      // a turn of the event loop: the worker gets its next batch before the disk is waited for
      await new Promise((resolve) => setImmediate(resolve));
      const group = waiting;
      waiting = [];
      try {
        await insert(
          db,
          group.flatMap(({ rows }) => rows),
        );
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    writing = undefined;
  };

  return {
    append: (rows) =>
      new Promise((resolve, reject) => {
        waiting.push({ rows, resolve, reject });
        writing ??= write();
      }),
    flush: async () => writing,
  };
}

async function insert(db: Home['db'], rows: readonly PredictionTable[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
      await transaction
        .insertInto('prediction')
        .values(rows.slice(from, from + ROWS_PER_STATEMENT))
        .execute();
    }
  });
}
