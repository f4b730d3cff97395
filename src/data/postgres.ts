/** @file The only door to pg: one query in a transaction that reads, row by row through a cursor, every value as PostgreSQL writes it. */

import type pg from 'pg';

export interface PostgresColumn {
  readonly name: string;
  /** bytea: bytes without a meaning of their own. */
  readonly isBinary: boolean;
}

export interface PostgresRows {
  readonly columns: readonly PostgresColumn[];
  /** Some thousand rows at a time. */
  fetch(): Promise<readonly (readonly (string | null)[])[]>;
}

export interface PostgresLimits {
  readonly connectMs: number;
  readonly statementMs: number;
  readonly rowsAtOnce: number;
}

/**
 * Runs one query on a connection of its own and gives its rows to `use`. The server is told to refuse writes, to stop
 * a statement that takes too long, and to write times in ISO 8601 and UTC. pg's own errors pass through: they carry an SQLSTATE as `code`.
 */
export async function withPostgresQuery<T>(
  connectionString: string,
  query: string,
  limits: PostgresLimits,
  use: (rows: PostgresRows) => Promise<T>,
): Promise<T> {
  const { default: library } = await import('pg');
  const client = new library.Client({
    connectionString,
    connectionTimeoutMillis: limits.connectMs,
    statement_timeout: limits.statementMs,
    query_timeout: limits.statementMs + limits.connectMs,
    application_name: 'moat',
    types: { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig,
  });
  client.on('error', () => undefined); // a connection that breaks between two queries; the next query says so
  try {
    await client.connect();
    await client.query("SET DateStyle = 'ISO'; SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET bytea_output = 'hex'");
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET LOCAL lock_timeout = ${limits.statementMs}`);
    // The extended protocol takes one statement only, so nothing can follow the query.
    await client.query({ text: `DECLARE moat_rows NO SCROLL CURSOR FOR ${query}`, values: [], queryMode: 'extended' } as pg.QueryConfig);
    const fetch = (rowCount: number): Promise<pg.QueryArrayResult<(string | null)[]>> =>
      client.query({ text: `FETCH FORWARD ${rowCount} FROM moat_rows`, rowMode: 'array' });
    const { fields } = await fetch(0);
    const readers = fields.map(({ dataTypeID }) => readerOf(library.types, dataTypeID));
    const columns = fields.map(({ name, dataTypeID }) => ({ name, isBinary: dataTypeID === BYTEA }));
    return await use({
      columns,
      fetch: async () =>
        (await fetch(limits.rowsAtOnce)).rows.map((row) => row.map((cell, i) => (cell === null ? null : (readers[i] as Reader)(cell)))),
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

type Reader = (cell: string) => string;

const BYTEA = 17;

/** An array comes as `{a,b}`; as JSON it reads like the lists of every other source. pg knows the arrays of the built-in types. */
function readerOf(types: typeof pg.types, dataTypeId: number): Reader {
  const parse = types.getTypeParser(dataTypeId, 'text') as (cell: string) => unknown;
  return (cell) => {
    if (!cell.startsWith('{') || JSON_TYPES.has(dataTypeId)) return cell;
    const value = parse(cell);
    return Array.isArray(value) ? JSON.stringify(value) : cell;
  };
}

const JSON_TYPES: ReadonlySet<number> = new Set([114, 3802]);
