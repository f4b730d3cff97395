/** @file Rows that may have equals: found by their hash first, so that only few rows are ever compared cell by cell. */

import type { Frame } from './frame.ts';

/**
 * A relation of the rows whose hash over the given cells `having` holds for, with `r`, `p` and the cells; undefined when there
 * are none. Equal hashes do not make equal rows: whoever asks still has to compare the cells.
 */
export async function equalRows(frame: Frame, cells: readonly string[], where: string, having: string): Promise<string | undefined> {
  if (cells.length === 0) return undefined;
  const hash = `hash(${cells.join(', ')})`;
  const name = await frame.temporaryTable(
    `SELECT h FROM (SELECT ${hash} AS h, p FROM ${frame.from} WHERE ${where}) GROUP BY h HAVING ${having}`,
  );
  const [[count] = []] = await frame.rows(`SELECT count(*) FROM ${name}`);
  if (Number(count) === 0) return undefined;
  return `(SELECT r, p, ${cells.join(', ')} FROM ${frame.from} WHERE ${where} AND ${hash} IN (SELECT h FROM ${name}))`;
}
