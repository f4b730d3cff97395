/**
 * @file How far the distribution of a column moved between two versions, over all rows.
 *
 *     numbers    normed Wasserstein distance: W₁ / standard deviation before,
 *                W₁ = ∫ |F(x) − G(x)| dx over the distribution functions (Vallender 1974)
 *     others     Jensen–Shannon distance: √(½ KL(P ‖ M) + ½ KL(Q ‖ M)) with M = ½ (P + Q), natural logarithm: from 0 to √ln 2
 *
 * Of a list the items are compared, of a series how many numbers it has, of an embedding the lengths of the vectors.
 *
 * Monitoring measures the same for windows of traffic. Above 0.1 the move is worth a look.
 */

import type { ColumnSchema } from '../dataset.ts';
import type { DuckDB } from '../duckdb.ts';
import { measuredBy } from '../profile/measured.ts';
import { storedAs } from '../profile/scan.ts';

export interface Movement {
  readonly column: string;
  /** Nothing for a column that cannot be compared: ids, texts, images, and a column without values. */
  readonly measure?: 'wasserstein_normed' | 'jensen_shannon';
  readonly distance?: number;
  /** Share of the rows in which it is missing, before and now. */
  readonly missing: readonly [before: number, now: number];
  /** Of a number, or of what the column is measured by: the mean before and now. */
  readonly mean?: readonly [before: number, now: number];
  /** What was compared of a column that holds many values a row. */
  readonly of?: string;
}

export const WORTH_A_LOOK = 0.1;

/** Column `k` of the views a (before) and b (now). */
export async function movementOf(duckdb: DuckDB, k: string, column: ColumnSchema): Promise<Movement> {
  const known = { column: column.name, missing: await missingShares(duckdb, k) };
  if (column.type === 'id' || column.type === 'text') return known;
  if (column.type === 'list') {
    const distance = await jensenShannon(duckdb, `unnest(${k})`);
    return distance === undefined ? known : { ...known, measure: 'jensen_shannon', distance };
  }
  const by = measuredBy(column, k);
  if (by !== undefined) {
    const found = await wasserstein(duckdb, by.sql);
    return found === undefined ? known : { ...known, measure: 'wasserstein_normed', ...found, of: by.of };
  }
  if (storedAs(column) === 'other') return known;
  if (storedAs(column) === 'text' || column.type === 'boolean') {
    const distance = await jensenShannon(duckdb, k);
    return distance === undefined ? known : { ...known, measure: 'jensen_shannon', distance };
  }
  const found = await wasserstein(duckdb, k);
  return found === undefined ? known : { ...known, measure: 'wasserstein_normed', ...found };
}

async function missingShares(duckdb: DuckDB, k: string): Promise<[number, number]> {
  const share = async (view: string): Promise<number> =>
    number(duckdb, `SELECT count(*) FILTER (${k} IS NULL) / greatest(1, count(*)) FROM ${view}`);
  return [await share('a'), await share('b')];
}

async function jensenShannon(duckdb: DuckDB, k: string): Promise<number | undefined> {
  const shares = (view: string): string =>
    `(SELECT v, count(*) / sum(count(*)) OVER () AS p FROM (SELECT ${k} AS v FROM ${view}) WHERE v IS NOT NULL GROUP BY v)`;
  const sql = `SELECT count(x.p), count(y.p), sum(half(coalesce(x.p, 0), coalesce(y.p, 0)) + half(coalesce(y.p, 0), coalesce(x.p, 0)))
    FROM ${shares('a')} x FULL JOIN ${shares('b')} y ON x.v = y.v`;
  await duckdb.connection.run('CREATE OR REPLACE TEMP MACRO half(p, q) AS if(p = 0, 0, 0.5 * p * ln(2 * p / (p + q)))');
  const [row = []] = (await duckdb.connection.runAndReadAll(sql)).getRows();
  if (Number(row[0]) === 0 || Number(row[1]) === 0) return undefined;
  return Math.sqrt(Math.max(0, Number(row[2])));
}

async function wasserstein(duckdb: DuckDB, k: string): Promise<(Pick<Movement, 'mean'> & { distance: number }) | undefined> {
  const facts = async (view: string): Promise<number[]> => {
    const [row = []] = (
      await duckdb.connection.runAndReadAll(`SELECT count(${k}), avg(${k}), coalesce(stddev_pop(${k}), 0) FROM ${view}`)
    ).getRows();
    return row.map(Number);
  };
  const [[countA = 0, meanA = 0, deviation = 0], [countB = 0, meanB = 0]] = [await facts('a'), await facts('b')];
  if (countA === 0 || countB === 0) return undefined;
  // The two distribution functions are steps; between two neighbouring values they are constant.
  const sql = `SELECT coalesce(sum(abs(f - g) * width), 0) FROM (
      SELECT sum(a) OVER w / ${countA} AS f, sum(b) OVER w / ${countB} AS g, lead(v) OVER (ORDER BY v) - v AS width FROM (
        SELECT v, sum(a) AS a, sum(b) AS b FROM (
          SELECT ${k} AS v, 1 AS a, 0 AS b FROM a WHERE ${k} IS NOT NULL UNION ALL SELECT ${k}, 0, 1 FROM b WHERE ${k} IS NOT NULL
        ) GROUP BY v
      ) WINDOW w AS (ORDER BY v ROWS UNBOUNDED PRECEDING)
    ) WHERE width IS NOT NULL`;
  const distance = await number(duckdb, sql);
  const scale = deviation > 0 ? deviation : Math.max(Math.abs(meanA), 1);
  return { distance: distance / scale, mean: [meanA, meanB] };
}

async function number({ connection }: DuckDB, sql: string): Promise<number> {
  return Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0] ?? 0);
}
