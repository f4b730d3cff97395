/** @file The only door to libsql: a connection to one SQLite file, as Kysely's SQLite dialect wants it. */

import { closeSync, openSync } from 'node:fs';
import { type Dialect, type DialectAdapter, SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import Libsql from 'libsql';
import { MoatError } from '../engine/errors.ts';
import { codeOf, storeError } from './errors.ts';
import { FILE_MODE } from './files.ts';

export interface SqliteConnection extends SqliteDatabase {
  exec(sql: string): void;
}

/**
 * Opens a database file, made with mode 0600 when it is not there; SQLite gives its side files the same mode.
 * Errors: those of `storeError`; other SQLite errors keep their code. Never open the file by other means in this
 * process: POSIX drops every lock of a process on a file when it closes any descriptor of it.
 */
export function openSqlite(path: string): SqliteConnection {
  const database = guarded(path, () => {
    createFile(path);
    return new Libsql(path);
  });
  const cached = new Map<string, Statement>();
  const fresh = (sql: string): Statement => guarded(path, () => database.prepare(sql));
  const prepare = (sql: string): Statement => {
    const statement = cached.get(sql) ?? fresh(sql);
    if (sql.length > CACHED_SQL_LENGTH) return statement;
    // deleted and set again: a Map is in the order of setting, so the first is the one that was not used for longest
    cached.delete(sql);
    cached.set(sql, statement);
    if (cached.size > CACHED_STATEMENTS) cached.delete(cached.keys().next().value as string);
    return statement;
  };
  return {
    exec: (sql) => guarded(path, () => void database.exec(sql)),
    prepare: (sql) => {
      // SQLite rolls back by itself when the disk is full; a second rollback would hide the first error
      if (sql === 'rollback' && !database.inTransaction) return NOTHING;
      const statement = prepare(sql);
      return {
        reader: statement.reader,
        all: (parameters) => guarded(path, () => statement.all(parameters.map(bindable))),
        run: (parameters) => guarded(path, () => statement.run(parameters.map(bindable))),
        // it may still be in the middle when the same SQL is run again
        iterate: (parameters) => guarded(path, () => fresh(sql).iterate(parameters.map(bindable))),
      };
    },
    close: () => {
      cached.clear();
      database.close();
    },
  };
}

/** A file of somebody else, for `foreign-sqlite.ts`: SQLite itself writes nothing to it or beside it. */
export function openReadOnly(path: string): Libsql.Database {
  return new Libsql(`file:${encodeURI(path).replaceAll('?', '%3f').replaceAll('#', '%23')}?mode=ro&immutable=1`);
}

type Statement = ReturnType<Libsql.Database['prepare']>;

/** The native memory of a statement is freed late, by the garbage collector: a server must not make one for each query. */
const CACHED_STATEMENTS = 200;
/** Longer ones insert many rows at once, in a number that rarely comes again. */
const CACHED_SQL_LENGTH = 4_000;

/** Kysely's dialect for SQLite, told that SQLite can undo a change of schema: a migration is one transaction. */
export function sqliteDialect(database: SqliteDatabase): Dialect {
  return new TransactionalSqliteDialect({ database });
}

class TransactionalSqliteDialect extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new TransactionalSqliteAdapter();
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

const NOTHING: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
};

/** libsql aborts the process on a boolean, and cuts text at a NUL when it reads it back: neither may reach it. */
function bindable(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || (!value.includes('\0') && !LONE_SURROGATE.test(value))) return value;
  throw new MoatError('a text cannot be stored', {
    code: 'STORE_TEXT_UNSTORABLE',
    why: 'it holds a NUL character or half of a surrogate pair, which the database would silently change',
    fix: 'remove that character',
  });
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Leaves a file that is there alone, since closing it would drop the locks that this process may have on it. */
function createFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', FILE_MODE));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error, path);
  }
}
