/** @file The home folder: everything that Moat keeps, held by one process at a time. */

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Kysely } from 'kysely';
import { MoatError } from '../engine/errors.ts';
import { BLOB_FOLDER, type BlobStore, openBlobs, TEMPORARY_FOLDER } from './blobs.ts';
import { codeOf, storeError } from './errors.ts';
import { makeFolder, syncFolder } from './files.ts';
import { type HomeLock, LOCK_FILE, lockHome } from './lock.ts';
import { migrate } from './migrate.ts';
import type { Database } from './schema.ts';
import { openSqlite, type SqliteConnection, sqliteDialect } from './sqlite.ts';

export interface Home {
  /** Absolute. */
  readonly path: string;
  readonly db: Kysely<Database>;
  readonly blobs: BlobStore;
  /** A fresh empty folder on the disk of the home. What is left in it is swept when the home is next opened. */
  temporaryFolder(): Promise<string>;
  /** Tells other processes where the server of this one answers. */
  announce(url: string): void;
  /** Ends the use of the database and frees the lock. */
  close(): Promise<void>;
}

export interface OpenHomeOptions {
  /** What holds the home, as a second process will read it: `moat train`. */
  readonly command: string;
  readonly now?: () => Date;
}

/**
 * Opens a home folder, making it when it is not there: takes the lock, sweeps leftovers of a killed process, brings
 * the schema up to date, and marks runs that nobody is running any more as interrupted.
 * Errors: `HOME_IN_USE`, `HOME_FOREIGN`, `HOME_NEWER`, `STORE_DISK_FULL`, `STORE_NOT_WRITABLE`, `STORE_CORRUPT`.
 */
export async function openHome(path: string, { command, now = () => new Date() }: OpenHomeOptions): Promise<Home> {
  const home = resolve(path);
  try {
    await makeHome(home);
    const lock = await lockHome(home, { pid: process.pid, command, since: now().toISOString() });
    try {
      return await openLocked(home, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw storeError(error, home);
  }
}

async function openLocked(path: string, lock: HomeLock): Promise<Home> {
  const temporary = join(path, TEMPORARY_FOLDER);
  await rm(temporary, { recursive: true, force: true });
  await makeFolder(temporary);
  await makeFolder(join(path, BLOB_FOLDER));
  const connection = openDatabase(path);
  const db = new Kysely<Database>({ dialect: sqliteDialect(connection) });
  try {
    await migrate(db, path);
    await db.updateTable('run').set({ status: 'interrupted' }).where('status', '=', 'running').execute();
    await syncFolder(path);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    path,
    db,
    blobs: openBlobs(path),
    temporaryFolder: () => mkdtemp(join(temporary, 'work-')),
    announce: lock.announce,
    async close() {
      try {
        connection.exec('pragma wal_checkpoint(truncate)');
      } finally {
        await db.destroy();
        lock.release();
      }
    },
  };
}

/** WAL makes a commit one sync; FULL makes it survive a power loss, which WAL alone does not; `fullfsync` does so on macOS. */
function openDatabase(homePath: string): SqliteConnection {
  const connection = openSqlite(join(homePath, 'moat.db'));
  for (const pragma of ['journal_mode = wal', 'synchronous = full', 'fullfsync = on', 'foreign_keys = on', 'busy_timeout = 5000']) {
    connection.exec(`pragma ${pragma}`);
  }
  return connection;
}

/** A folder that holds other things is refused: Moat would take its permissions and its `tmp` for its own. */
async function makeHome(path: string): Promise<void> {
  const entries = await readdir(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw codeOf(error) === 'ENOTDIR' ? foreignError(path, 'it is a file') : error;
  });
  if (entries !== undefined && entries.length > 0 && !entries.includes(LOCK_FILE)) {
    throw foreignError(path, 'it holds files, but none of them is a home');
  }
  if (await makeFolder(path)) await syncFolder(dirname(path));
}

function foreignError(path: string, why: string): MoatError {
  return new MoatError(`${path} cannot be a home folder`, {
    code: 'HOME_FOREIGN',
    why,
    fix: 'name a folder that is empty or does not exist yet, with --home or MOAT_HOME',
  });
}
