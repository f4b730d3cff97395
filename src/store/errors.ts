/** @file What the disk and the database refuse, said as a `MoatError`. */

import { MoatError, toMoatError } from '../engine/errors.ts';

/**
 * Names the failures of storage: `STORE_DISK_FULL`, `STORE_NOT_WRITABLE`, `STORE_CORRUPT`, `STORE_IO`.
 * Anything else, such as a broken constraint, passes unchanged: it is for the caller to name.
 */
export function storeError(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (FULL.test(code)) {
    return new MoatError('the disk is full', {
      code: 'STORE_DISK_FULL',
      kind: 'storage_full',
      why: `nothing more can be written under ${path} (${code})`,
      fix: 'free some space and run the command again: nothing that was acknowledged is lost',
      cause: error,
    });
  }
  if (NOT_WRITABLE.test(code)) {
    return new MoatError(`${path} cannot be written`, {
      code: 'STORE_NOT_WRITABLE',
      why: `the system refused it (${code})`,
      fix: 'check who owns the folder and whether its disk is mounted for writing, or name another home with --home or MOAT_HOME',
      cause: error,
    });
  }
  if (CORRUPT.test(code)) {
    return new MoatError('the metadata database is damaged', {
      code: 'STORE_CORRUPT',
      kind: 'unavailable',
      why: `${path} is not a whole SQLite database (${code})`,
      fix: 'restore the home folder from a backup, or start a new one with --home',
      cause: error,
    });
  }
  if (INPUT_OUTPUT.test(code)) {
    return new MoatError('the disk failed', {
      code: 'STORE_IO',
      kind: 'unavailable',
      why: `reading or writing ${path} failed (${code})`,
      fix: 'check the disk and the system log; what was not acknowledged was not kept',
      cause: error,
    });
  }
  return error;
}

/** `storeError` for a place that has no more to say than that: what is not known becomes an internal error. */
export function toStoreError(error: unknown, path: string): MoatError {
  return toMoatError(storeError(error, path));
}

/** The errno or SQLite code of an error, or an empty string. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

const FULL = /^(ENOSPC|EDQUOT|SQLITE_FULL)$/;
const NOT_WRITABLE = /^(EACCES|EPERM|EROFS|ENOENT|ENOTDIR|ENAMETOOLONG|SQLITE_READONLY.*|SQLITE_CANTOPEN.*|SQLITE_PERM)$/;
const CORRUPT = /^(SQLITE_CORRUPT.*|SQLITE_NOTADB)$/;
const INPUT_OUTPUT = /^(EIO|SQLITE_IOERR.*)$/;
