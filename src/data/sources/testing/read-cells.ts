/** @file The cells of a source in memory, for its tests. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chunksOf, type DuckDBValue, openDuckDB } from '../../duckdb.ts';
import { explained } from '../../source-columns.ts';
import type { SourceRows } from '../source.ts';

/** All cells by column, read and finished as an import does. */
export async function readCells(rows: SourceRows): Promise<Record<string, DuckDBValue[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'moat-cells-'));
  const duckdb = await openDuckDB({ files: rows.reach, folder });
  try {
    return await explained(rows, async () => {
      const cells = rows.columns.map((): DuckDBValue[] => []);
      let rowCount = 0;
      for await (const chunk of chunksOf(duckdb.connection, `SELECT ${cells.map((_, i) => `c${i}`).join(', ')} FROM ${rows.from}`)) {
        for (const [i, column] of cells.entries()) column.push(...chunk.getColumnValues(i));
        rowCount += chunk.rowCount;
      }
      await rows.finish?.(duckdb.connection, rowCount);
      return Object.fromEntries(rows.columns.map(({ name }, i) => [name, cells[i] as DuckDBValue[]]));
    });
  } finally {
    duckdb.close();
    await rm(folder, { recursive: true, force: true });
  }
}
