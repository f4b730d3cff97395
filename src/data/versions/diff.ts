/** @file What changed from one version to another: schema, rows added, removed and changed by key, distributions that moved. */

import { MoatError, toMoatError } from '../../engine/errors.ts';
import { didYouMean } from '../../engine/nearest.ts';
import { plural } from '../columns/words.ts';
import { type ColumnSchema, type DatasetVersion, PARTS } from '../dataset.ts';
import { type DuckDB, type DuckDBValue, fromDuckDB, openDuckDB, quoteText } from '../duckdb.ts';
import { withTemporaryFolder } from '../home.ts';
import type { RowsHome } from '../parts.ts';
import { storedAs } from '../profile/scan.ts';
import { type Movement, movementOf } from './movement.ts';

export interface VersionDiff {
  readonly from: { readonly version: string; readonly rowCount: number };
  readonly to: { readonly version: string; readonly rowCount: number };
  readonly columns: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    /** In both, under another type. */
    readonly retyped: readonly { readonly column: string; readonly from: string; readonly to: string }[];
  };
  readonly rows: RowDiff;
  /** Of the columns in both, the one that moved most first. */
  readonly movements: readonly Movement[];
  /** Parts whose rows are stored once, because both versions hold the very same ones. */
  readonly sharedBlobs: readonly string[];
}

export interface RowDiff {
  /** The columns that name a row; none when rows are compared as wholes. */
  readonly key: readonly string[];
  readonly added: number;
  readonly removed: number;
  /** Same key, other values; always 0 without a key. */
  readonly changed: number;
  readonly unchanged: number;
  /** Changed cells of each column, the most first. */
  readonly cells: readonly { readonly column: string; readonly changed: number }[];
}

type Versions = readonly [DatasetVersion, DatasetVersion];

/**
 * Compares two versions over all their parts, through SQL in bounded memory. `key` names the columns that tell rows apart; left
 * out, an id column whose values are unique in both is taken, and without one whole rows are compared.
 *
 * @throws MoatError `DIFF_KEY_UNKNOWN`, `DIFF_KEY_REPEATED`
 */
export async function diffVersions(
  home: RowsHome,
  from: DatasetVersion,
  to: DatasetVersion,
  key?: readonly string[],
): Promise<VersionDiff> {
  const versions: Versions = [from, to];
  const blobs = versions.flatMap(({ parts }) => PARTS.flatMap((part) => parts[part]?.blob ?? []));
  for (const blob of new Set(blobs)) await home.blobs.verify(blob);
  return withTemporaryFolder(home, async (folder) => {
    const duckdb = await openDuckDB({ files: [...new Set(blobs)].map((blob) => home.blobs.path(blob)), folder });
    try {
      const both = sharedColumns(from, to);
      await createView(duckdb, home, 'a', from, both);
      await createView(duckdb, home, 'b', to, both);
      const named = key === undefined ? await uniqueId(duckdb, both) : await givenKey(duckdb, both, key, versions);
      const movements: Movement[] = [];
      for (const [i, column] of both.entries()) movements.push(await movementOf(duckdb, `k${i}`, column));
      return {
        from: { version: from.id, rowCount: from.rowCount },
        to: { version: to.id, rowCount: to.rowCount },
        columns: schemaDiff(from, to),
        rows: await rowDiff(duckdb, both, named, versions),
        movements: movements.sort((x, y) => (y.distance ?? -1) - (x.distance ?? -1)),
        sharedBlobs: PARTS.filter((part) => from.parts[part] && from.parts[part]?.blob === to.parts[part]?.blob),
      };
    } catch (error) {
      throw toMoatError(fromDuckDB(error));
    } finally {
      duckdb.close();
    }
  });
}

/** Columns of the same name and stored form, in the order of the newer version. */
function sharedColumns(from: DatasetVersion, to: DatasetVersion): ColumnSchema[] {
  return to.columns.filter(({ name, type }) => {
    const before = from.columns.find((column) => column.name === name);
    return (
      before !== undefined && (before.type === type || (storedAs(before) === storedAs({ ...before, type }) && storedAs(before) !== 'other'))
    );
  });
}

/** The rows of a version with its shared columns as k0, k1, …. */
async function createView(
  { connection }: DuckDB,
  home: RowsHome,
  view: string,
  version: DatasetVersion,
  both: readonly ColumnSchema[],
): Promise<void> {
  const columns = both.map(({ name }, i) => `c${version.columns.findIndex((column) => column.name === name)} AS k${i}`);
  const selects = PARTS.flatMap((part) => {
    const content = version.parts[part];
    return content ? [`SELECT ${['1 AS one', ...columns].join(', ')} FROM read_parquet(${quoteText(home.blobs.path(content.blob))})`] : [];
  });
  await connection.run(`CREATE VIEW ${view} AS ${selects.join(' UNION ALL ')}`);
}

function schemaDiff(from: DatasetVersion, to: DatasetVersion): VersionDiff['columns'] {
  const [before, after] = [
    new Map(from.columns.map((column) => [column.name, column])),
    new Map(to.columns.map((column) => [column.name, column])),
  ];
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    retyped: [...after].flatMap(([name, { type }]) => {
      const old = before.get(name);
      return old !== undefined && old.type !== type ? [{ column: name, from: old.type, to: type }] : [];
    }),
  };
}

async function uniqueId(duckdb: DuckDB, both: readonly ColumnSchema[]): Promise<number[]> {
  for (const [i, { type }] of both.entries()) if (type === 'id' && (await isUnique(duckdb, [i]))) return [i];
  return [];
}

async function givenKey(duckdb: DuckDB, both: readonly ColumnSchema[], key: readonly string[], [from]: Versions): Promise<number[]> {
  const names = both.map(({ name }) => name);
  const found = key.map((name) => names.indexOf(name));
  const missing = key[found.indexOf(-1)];
  if (missing !== undefined) {
    throw new MoatError(`"${missing}" is no key of both versions`, {
      code: 'DIFF_KEY_UNKNOWN',
      kind: 'usage',
      why: `a key is a column of both; they share ${plural(names.length, 'column')}`,
      fix: didYouMean(missing, names),
    });
  }
  if (await isUnique(duckdb, found)) return found;
  throw new MoatError(
    `${key.map((name) => `"${name}"`).join(' and ')} ${key.length === 1 ? 'does' : 'do'} not name the rows of "${from.dataset}"`,
    {
      code: 'DIFF_KEY_REPEATED',
      kind: 'usage',
      why: 'some value of it stands in two rows of one version, or is missing',
      fix: 'add a column to the key, or leave it out to compare whole rows',
    },
  );
}

async function isUnique(duckdb: DuckDB, key: readonly number[]): Promise<boolean> {
  const columns = key.map((i) => `k${i}`).join(', ');
  const known = key.map((i) => `k${i} IS NOT NULL`).join(' AND ');
  for (const view of ['a', 'b']) {
    const row = await ask(duckdb, `SELECT count(*) AS n, count(DISTINCT hash(${columns})) FILTER (${known}) AS d FROM ${view}`);
    if (Number(row.n) !== Number(row.d)) return false;
  }
  return true;
}

async function rowDiff(duckdb: DuckDB, both: readonly ColumnSchema[], key: readonly number[], [from, to]: Versions): Promise<RowDiff> {
  if (key.length === 0) return wholeRowDiff(duckdb, both);
  const on = key.map((i) => `a.k${i} = b.k${i}`).join(' AND ');
  const others = both.flatMap((_, i) => (key.includes(i) ? [] : [i]));
  const differs = (i: number): string => `a.k${i} IS DISTINCT FROM b.k${i}`;
  const changed = others.length === 0 ? 'false' : others.map(differs).join(' OR ');
  const cells = others.map((i) => `count(*) FILTER (${differs(i)}) AS n${i}`);
  const row = await ask(
    duckdb,
    `SELECT ${['count(*) AS n', `count(*) FILTER (${changed}) AS changed`, ...cells].join(', ')} FROM a JOIN b ON ${on}`,
  );
  const [shared, changedRows] = [Number(row.n), Number(row.changed)];
  return {
    key: key.map((i) => (both[i] as ColumnSchema).name),
    added: to.rowCount - shared,
    removed: from.rowCount - shared,
    changed: changedRows,
    unchanged: shared - changedRows,
    cells: others
      .map((i) => ({ column: (both[i] as ColumnSchema).name, changed: Number(row[`n${i}`]) }))
      .filter((cell) => cell.changed > 0)
      .sort((x, y) => y.changed - x.changed),
  };
}

/** Rows as a bag of whole rows, by a 64-bit hash: what is there more often now is added, what is there less often removed. */
async function wholeRowDiff(duckdb: DuckDB, both: readonly ColumnSchema[]): Promise<RowDiff> {
  const columns = both.length === 0 ? '0' : both.map((_, i) => `k${i}`).join(', ');
  const bag = (view: string): string => `(SELECT hash(${columns}) AS h, count(*) AS n FROM ${view} GROUP BY h)`;
  const row = await ask(
    duckdb,
    `SELECT sum(greatest(0, coalesce(y.n, 0) - coalesce(x.n, 0))) AS added, sum(greatest(0, coalesce(x.n, 0) - coalesce(y.n, 0))) AS removed, sum(least(coalesce(x.n, 0), coalesce(y.n, 0))) AS same FROM ${bag('a')} x FULL JOIN ${bag('b')} y ON x.h = y.h`,
  );
  return {
    key: [],
    added: Number(row.added ?? 0),
    removed: Number(row.removed ?? 0),
    changed: 0,
    unchanged: Number(row.same ?? 0),
    cells: [],
  };
}

async function ask({ connection }: DuckDB, sql: string): Promise<Readonly<Record<string, DuckDBValue>>> {
  return (await connection.runAndReadAll(sql)).getRowObjects()[0] ?? {};
}
