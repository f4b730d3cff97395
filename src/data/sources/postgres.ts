/** @file PostgreSQL by query: `{ postgres: { env: DATABASE_URL, query: SELECT … } }`, read only, within limits, and with no password in anything that is kept. */

import { createHash } from 'node:crypto';
import { MoatError } from '../../engine/errors.ts';
import { plural } from '../columns/words.ts';
import type { PostgresSpec, Warning } from '../dataset.ts';
import { type PostgresRows, withPostgresQuery } from '../postgres.ts';
import { CHUNK_ROWS, chunksOfRows, LARGEST_CELL } from './cell-chunks.ts';
import { usableNames } from './column-names.ts';
import type { Source } from './source.ts';
import { stageCells } from './stage.ts';

export const postgres: Source = {
  name: 'postgres',
  summary:
    '`{ postgres: { env: DATABASE_URL, query: SELECT … } }`: what a query of PostgreSQL answers; `env` names the environment variable that holds the address, `url` may stand in its place when it holds no password.',
  accepts: (spec) => typeof spec !== 'string' && 'postgres' in spec,
  async read(spec, { temporaryFolder }) {
    const wanted = (spec as PostgresSpec).postgres;
    const address = addressOf(wanted);
    const shown = shownAddress(address);
    try {
      return await withPostgresQuery(address, withoutEnd(wanted.query), LIMITS, (rows) =>
        readAll(rows, shown, wanted.query, temporaryFolder),
      );
    } catch (cause) {
      throw cause instanceof MoatError ? cause : refused(cause, shown);
    }
  },
};

const LIMITS = { connectMs: 10_000, statementMs: 15 * 60_000, rowsAtOnce: CHUNK_ROWS };

async function readAll(rows: PostgresRows, shown: string, query: string, temporaryFolder: string) {
  const readable = rows.columns.flatMap(({ isBinary }, i) => (isBinary ? [] : [i]));
  const { names, warnings } = usableNames(
    readable.map((i) => rows.columns[i]?.name ?? ''),
    shown,
  );
  const hash = createHash('sha256');
  let bytes = 0;
  async function* cells(): AsyncGenerator<(string | null)[]> {
    for (let row = 1; ; ) {
      const fetched = await rows.fetch();
      if (fetched.length === 0) return;
      for (const whole of fetched) {
        const line = readable.map((i) => whole[i] ?? null);
        const large = line.findIndex((cell) => cell !== null && cell.length > LARGEST_CELL);
        if (large !== -1) throw cellTooLarge(shown, names[large] as string, row);
        const text = JSON.stringify(line);
        bytes += text.length;
        hash.update(text);
        row++;
        yield line;
      }
    }
  }
  const gathered = await stageCells({ temporaryFolder }, names, chunksOfRows(cells(), names.length));
  if (gathered.rowCount === 0) throw noRows(shown);
  const leftOut = rows.columns.filter(({ isBinary }) => isBinary).map(({ name }) => bytesLeftOut(name, shown));
  const facts = { format: 'postgres', query };
  return {
    ...gathered,
    stamps: [],
    files: [{ path: shown, bytes, sha256: hash.digest('hex'), facts }],
    warnings: [...warnings, ...leftOut],
  };
}

/** A recipe is stored with every run, so a password in it would be, too. */
function addressOf({ env, url }: PostgresSpec['postgres']): string {
  const address = url ?? (env === undefined ? undefined : process.env[env]);
  if (address === undefined || address === '') {
    throw new MoatError('the address of the database is not known', {
      code: 'POSTGRES_ADDRESS',
      kind: 'usage',
      why: env === undefined ? '`postgres` names neither `env` nor `url`' : `the environment variable ${env} is not set`,
      fix: `export ${env ?? 'DATABASE_URL'}=postgres://user:password@host/database, and write { postgres: { env: ${env ?? 'DATABASE_URL'}, query: … } }`,
    });
  }
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  if (parsed?.protocol !== 'postgres:' && parsed?.protocol !== 'postgresql:') {
    throw new MoatError('the address of the database cannot be read', {
      code: 'POSTGRES_ADDRESS',
      kind: 'usage',
      why: 'it is no URL that starts with postgres:// (what it is, is not shown: it may hold a password)',
      fix: 'write postgres://user:password@host:5432/database, with every other sign in a name or a password as %XX',
    });
  }
  if (url !== undefined && (parsed.password !== '' || parsed.searchParams.has('password'))) {
    throw new MoatError('a recipe holds no password', {
      code: 'POSTGRES_PASSWORD_IN_RECIPE',
      kind: 'usage',
      why: 'recipes are stored with every run and shown to whoever may see it',
      fix: 'put the address into an environment variable, and name it: { postgres: { env: DATABASE_URL, query: … } }',
    });
  }
  return address;
}

/** Host, port and database: enough to find it again, and nothing to get in with. */
function shownAddress(address: string): string {
  const { hostname, port, pathname, searchParams } = new URL(address);
  return `postgres://${hostname || searchParams.get('host') || 'localhost'}${port === '' ? '' : `:${port}`}${pathname}`;
}

function withoutEnd(query: string): string {
  return query.trim().replace(/;$/, '');
}

/** By SQLSTATE or by the code of the network. pg's words may hold values of rows, so they stay in the cause. */
function refused(cause: unknown, shown: string): MoatError {
  const code = String((cause as { code?: unknown }).code ?? '');
  const [, errorCode, kind, why, fix] = REASONS.find(([pattern]) => pattern.test(code)) ?? UNKNOWN;
  return new MoatError(`${shown} cannot be read`, { code: errorCode, kind, why: `${why}${code === '' ? '' : ` (${code})`}`, fix, cause });
}

type Reason = readonly [pattern: RegExp, code: string, kind: 'invalid' | 'unavailable' | 'forbidden', why: string, fix: string];

const REASONS: readonly Reason[] = [
  [/^28/, 'POSTGRES_LOGIN', 'forbidden', 'the server refuses the user or the password', 'check the address in the environment variable'],
  [/^3D000$/, 'POSTGRES_LOGIN', 'forbidden', 'the server has no such database', 'check the name at the end of the address'],
  [/^57014$/, 'POSTGRES_TIMEOUT', 'unavailable', 'the query took longer than 15 minutes', 'ask for less, or add an index'],
  [
    /^55P03$/,
    'POSTGRES_TIMEOUT',
    'unavailable',
    'a table stayed locked for longer than 15 minutes',
    'try again when the other work is done',
  ],
  [/^25006$/, 'POSTGRES_WRITES', 'forbidden', 'the query changes data, and Moat only reads', 'write a SELECT'],
  [/^42501$/, 'POSTGRES_LOGIN', 'forbidden', 'the user may not read what the query names', 'grant SELECT to that user'],
  [
    /^(?:42|22|26|0A)/,
    'POSTGRES_QUERY',
    'invalid',
    'the server refuses the query',
    'try it by itself in psql: one SELECT without a semicolon inside',
  ],
];
const UNKNOWN: Reason = [
  /^/,
  'POSTGRES_UNREACHABLE',
  'unavailable',
  'the server cannot be reached, or went away',
  'check host and port, and that the server lets this machine in; a server with TLS wants ?sslmode=require',
];

function cellTooLarge(shown: string, column: string, row: number): MoatError {
  return new MoatError(`${shown} answers a cell that is too large`, {
    code: 'POSTGRES_CELL_TOO_LARGE',
    kind: 'too_large',
    why: `row ${row} has more than ${LARGEST_CELL >> 20} Mi characters in "${column}"`,
    fix: 'leave that column out of the query',
  });
}

function bytesLeftOut(name: string, shown: string): Warning {
  return {
    code: 'POSTGRES_COLUMN_LEFT_OUT',
    message: `the column "${name}" of ${shown} was left out`,
    why: 'it holds bytes (bytea), which mean nothing without the format that they are in',
    fix: 'leave it out of the query, or select what matters of it as text',
    column: name,
  };
}

function noRows(shown: string): MoatError {
  return new MoatError(`${shown} answers no rows`, {
    code: 'DATA_NO_ROWS',
    why: `the query finds ${plural(0, 'row')}`,
    fix: 'check its conditions',
  });
}
