/**
 * @file Drawing rows by lot: where each row stands in the whole, so that a part is a stretch of it.
 *
 * A row's lot is a function of its own number and the seed (`mixed`), so neither the rows beside it nor the steps before the draw
 * move it. Shares are met exactly in strata of up to 10,000 rows; in larger ones the lot itself decides, and a share is met up to
 * chance (±1 % of it at 10,000 rows), which needs no sort of millions of rows.
 */

import type { Frame } from './steps/frame.ts';
import { mixed } from './steps/mixed.ts';

/** Rows with a place each. */
export interface Lots {
  /** A temporary table with `r` and what `within` needs. */
  readonly table: string;
  /** A condition of it: the row stands in the stretch [from, to) of the whole, both between 0 and 1. */
  within(from: number, to: number): string;
}

const LARGEST_EXACT = 10_000;

/** Each stratum by itself: an SQL expression, or one stratum when it is left out. `whole` strata are never used up before 1. */
export async function drawRows(
  frame: Frame,
  { where, stratum = "''", seed }: { readonly where: string; readonly stratum?: string; readonly seed: number },
): Promise<Lots> {
  const rows = `(SELECT r, coalesce((${stratum})::VARCHAR, '') AS s, ${mixed('r', seed)} AS lot FROM ${frame.from} WHERE ${where})`;
  const sizes = await frame.temporaryTable(
    `SELECT s, n, sum(CASE WHEN n <= ${LARGEST_EXACT} THEN n ELSE 0 END) OVER (ORDER BY s ROWS UNBOUNDED PRECEDING) - n AS before
      FROM (SELECT s, count(*) AS n FROM ${rows} GROUP BY s)`,
  );
  const table = await frame.temporaryTable(
    `SELECT r, lot / 4294967296 AS pos, NULL AS k, n, before FROM ${rows} JOIN ${sizes} USING (s) WHERE n > ${LARGEST_EXACT}
     UNION ALL
     SELECT r, NULL, row_number() OVER (PARTITION BY s ORDER BY lot, r), n, before FROM ${rows} JOIN ${sizes} USING (s) WHERE n <= ${LARGEST_EXACT}`,
  );
  // What rounding keeps back in one stratum, the next one pays; a stratum's last row stays, so that no class leaves the training rows.
  const below = (share: number): string =>
    share >= 1
      ? 'true'
      : `CASE WHEN k IS NULL THEN pos < ${share} ELSE k <= least(n - 1, round(${share}::DOUBLE * (before + n)) - round(${share}::DOUBLE * before)) END`;
  return { table, within: (from, to) => `${below(to)} AND NOT (${from <= 0 ? 'false' : below(from)}) AND n > 1` };
}

/** Groups in the order of their lots, each standing where its middle is; a row without a group is one of its own. */
export async function drawGroups(
  frame: Frame,
  { where, cell, seed }: { readonly where: string; readonly cell: string; readonly seed: number },
): Promise<Lots> {
  const key = `coalesce('=' || (${cell})::VARCHAR, '#' || r)`;
  const groups = await frame.temporaryTable(
    `SELECT g, (sum(n) OVER (ORDER BY lot, g ROWS UNBOUNDED PRECEDING) - n / 2) / sum(n) OVER () AS pos
      FROM (SELECT g, n, md5_number_lower('${seed}:' || g) AS lot FROM (SELECT ${key} AS g, count(*) AS n FROM ${frame.from} WHERE ${where} GROUP BY 1))`,
  );
  const table = await frame.temporaryTable(
    `SELECT r, pos FROM (SELECT r, ${key} AS g FROM ${frame.from} WHERE ${where}) JOIN ${groups} USING (g)`,
  );
  return { table, within: stretch };
}

/** Rows by time, the latest first; equal times stand together, and a row without a time stands nowhere. */
export async function latestFirst(frame: Frame, { where, cell }: { readonly where: string; readonly cell: string }): Promise<Lots> {
  const times = await frame.temporaryTable(
    `SELECT t, (sum(n) OVER (ORDER BY t DESC ROWS UNBOUNDED PRECEDING) - n / 2) / sum(n) OVER () AS pos
      FROM (SELECT ${cell} AS t, count(*) AS n FROM ${frame.from} WHERE ${where} AND ${cell} IS NOT NULL GROUP BY 1)`,
  );
  const table = await frame.temporaryTable(
    `SELECT r, pos FROM (SELECT r, ${cell} AS t FROM ${frame.from} WHERE ${where}) JOIN ${times} USING (t)`,
  );
  return { table, within: stretch };
}

function stretch(from: number, to: number): string {
  return `pos >= ${from} AND pos < ${to >= 1 ? 2 : to}`;
}
