/** @file A SQLite file of somebody else: read through the one door, never written, and with no function that could reach out of it. */

import type Libsql from 'libsql';
import { openReadOnly } from './sqlite.ts';

/** What a query answers: text as its bytes in the file's encoding, whole numbers as bigint, the rest as numbers. */
export type ForeignValue = Uint8Array | bigint | number | string | null;

export interface ForeignSqlite {
  /** Of text in the file, as `TextDecoder` names it. */
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** Tables that hold rows, without SQLite's own, views and virtual tables. */
  readonly tables: readonly string[];
  /** Columns that are stored; those computed by an expression of the file are `computed`. */
  columns(table: string): { readonly stored: readonly string[]; readonly computed: readonly string[] };
  /** Names of the columns of a query; it is compiled and not run. */
  columnsOfQuery(sql: string): readonly string[];
  /** Functions that a query would call, and `virtual table` where it would open one. */
  callsOf(sql: string): readonly string[];
  rows(sql: string): Iterable<readonly ForeignValue[]>;
  close(): void;
}

/**
 * Opens the file as one that nobody changes: no lock, no side file, no write. Functions that the file's own schema calls are
 * held to those without effects. Errors are libsql's own, with `SQLITE_…` as their code.
 */
export function openForeignSqlite(path: string): ForeignSqlite {
  const database = openReadOnly(path);
  try {
    database.exec('PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON');
    const rowsOf = <T>(sql: string): T[] => database.prepare(sql).all() as T[];
    const [first] = rowsOf<{ encoding: string }>('PRAGMA encoding');
    const encoding = encodingOf(first?.encoding);
    // names as their bytes: libsql ends the process at text that is none
    const decoder = new TextDecoder(encoding, { fatal: true });
    const nameOf = ({ name }: { readonly name: unknown }): string => decoder.decode(name as Uint8Array);
    const tables = rowsOf<{ name: unknown }>(
      "SELECT CAST(name AS BLOB) AS name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY sqlite_schema.name",
    );
    return {
      encoding,
      tables: tables.map(nameOf),
      columns(table) {
        const found = rowsOf<{ name: unknown; hidden: number }>(
          `SELECT CAST(name AS BLOB) AS name, hidden FROM pragma_table_xinfo('${table.replaceAll("'", "''")}')`,
        );
        const named = (isWanted: (hidden: number) => boolean): string[] => found.filter(({ hidden }) => isWanted(hidden)).map(nameOf);
        return { stored: named((hidden) => hidden === 0 || hidden === STORED), computed: named((hidden) => hidden === VIRTUAL) };
      },
      columnsOfQuery: (sql) => columnsOf(database.prepare(sql)).map(({ name }) => name),
      callsOf: (sql) => rowsOf<{ opcode: string; p4: unknown }>(`EXPLAIN ${sql}`).flatMap(callOf),
      rows(sql) {
        const statement = database.prepare(sql).raw(true) as Statement;
        statement.safeIntegers(true);
        return statement.iterate([]) as Iterable<readonly ForeignValue[]>;
      },
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** As SQLite writes a name. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `hidden` of `PRAGMA table_xinfo`: generated columns, computed when they are read, or stored. */
const VIRTUAL = 2;
const STORED = 3;

type Statement = ReturnType<Libsql.Database['prepare']> & { safeIntegers(on: boolean): unknown };

function columnsOf(statement: ReturnType<Libsql.Database['prepare']>): { readonly name: string }[] {
  return (statement as unknown as { columns(): { name: string }[] }).columns();
}

function encodingOf(name: string | undefined): ForeignSqlite['encoding'] {
  return name === 'UTF-16le' ? 'utf-16le' : name === 'UTF-16be' ? 'utf-16be' : 'utf-8';
}

/** The compiled program names every function that it calls, constant ones too: `substr(3)`. */
function callOf({ opcode, p4 }: { readonly opcode: string; readonly p4: unknown }): string[] {
  if (/^V[A-Z]/.test(opcode)) return ['virtual table'];
  if (!/Func|^Agg/.test(opcode)) return [];
  return [String(p4).replace(/\(.*$/s, '').toLowerCase()];
}
