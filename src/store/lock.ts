/**
 * @file One process at a time holds a home folder.
 *
 * The lock is an exclusive transaction on `lock.db`: the kernel frees it when the process ends, even by kill -9.
 * `holder.json` says who holds it; it is only a note for people, and is believed only while the lock is held.
 */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MoatError } from '../engine/errors.ts';
import { codeOf } from './errors.ts';
import { replaceNote } from './files.ts';
import { openSqlite, type SqliteConnection } from './sqlite.ts';

export const LOCK_FILE = 'lock.db';
const HOLDER_FILE = 'holder.json';

/** Who holds a home folder. */
export interface Holder {
  readonly pid: number;
  /** As typed, without arguments: `moat serve`. */
  readonly command: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
  /** Where its server answers, if it runs one. */
  readonly url?: string;
}

export interface HomeLock {
  /** Tells others where the server of this process answers. */
  announce(url: string): void;
  release(): void;
}

/** Long enough for a process that is just closing, or that only looked. */
const TRIES = 5;
const BETWEEN_TRIES_MS = 50;

/** Takes the lock of a home folder that exists. Errors: `HOME_IN_USE`. */
export async function lockHome(homePath: string, holder: Holder): Promise<HomeLock> {
  const lock = openSqlite(join(homePath, LOCK_FILE));
  try {
    for (let tries = 1; !tryLock(lock); tries++) {
      if (tries === TRIES) throw inUseError(homePath, readNote(homePath));
      await pause(BETWEEN_TRIES_MS);
    }
    writeNote(homePath, holder);
  } catch (error) {
    lock.close();
    throw error;
  }
  return {
    announce: (url) => writeNote(homePath, { ...holder, url }),
    release() {
      rmSync(join(homePath, HOLDER_FILE), { force: true });
      lock.close();
    },
  };
}

/** Who holds the home folder now; undefined when it is free, or not a home at all. */
export function readHolder(homePath: string): Holder | undefined {
  const path = join(homePath, LOCK_FILE);
  if (!existsSync(path)) return undefined;
  const lock = openSqlite(path);
  try {
    // a read needs the shared lock, which nobody gets while another holds the exclusive one
    return tryExec(lock, 'select count(*) from sqlite_schema') ? undefined : readNote(homePath);
  } finally {
    lock.close();
  }
}

/** The transaction writes nothing, so it needs no journal file that a kill would leave behind. */
function tryLock(lock: SqliteConnection): boolean {
  return tryExec(lock, 'pragma journal_mode = memory') && tryExec(lock, 'begin exclusive');
}

function tryExec(lock: SqliteConnection, sql: string): boolean {
  try {
    lock.exec(sql);
    return true;
  } catch (error) {
    if (codeOf(error).startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}

function writeNote(homePath: string, holder: Holder): void {
  replaceNote(join(homePath, HOLDER_FILE), `${JSON.stringify(holder)}\n`);
}

function readNote(homePath: string): Holder | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(join(homePath, HOLDER_FILE), 'utf8'));
    return isHolder(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(note: unknown): note is Holder {
  if (typeof note !== 'object' || note === null) return false;
  const { pid, command, since, url } = note as Record<string, unknown>;
  return (
    typeof pid === 'number' && typeof command === 'string' && typeof since === 'string' && (url === undefined || typeof url === 'string')
  );
}

function inUseError(homePath: string, holder: Holder | undefined): MoatError {
  const who = holder === undefined ? 'another process' : `"${holder.command}" (process ${holder.pid})`;
  const since = holder === undefined ? '' : ` since ${holder.since}`;
  const stop = holder === undefined ? 'stop that process' : `stop process ${holder.pid}`;
  const use = holder?.url === undefined ? '' : `use its server at ${holder.url}, `;
  return new MoatError(`the home folder ${homePath} is in use`, {
    code: 'HOME_IN_USE',
    kind: 'conflict',
    why: `${who} holds it${since}, and two writers would damage it`,
    fix: `${use}${stop}, or name another home with --home or MOAT_HOME`,
  });
}
