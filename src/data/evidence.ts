/** @file The evidence for the types of columns: the first rows of every part, and all rows of a column that the first ones misjudged. */

import { cellReaders } from './columns/index.ts';
import { type ColumnStats, createObserver, observeCells } from './columns/stats.ts';
import { chunksOf, type DuckDB, stringReader } from './duckdb.ts';
import { explained } from './source-columns.ts';
import type { SourceRows } from './sources/source.ts';

/** Types are recognised from so many rows of each part. When a later cell speaks against the type, from all rows. */
export const FIRST_ROWS = 20_000;
/** With fewer values than these among them, or in fewer than half of them where they are few, all rows are looked at. */
export const FEWEST_VALUES = 1_000;
/** Wide tables are judged by fewer rows: so many cells are held at once. */
const MOST_CELLS = 2_000_000;
const FEWEST_ROWS = 1_000;
/** So are rows of long cells, such as vectors: about so many characters of a part are held at once. */
const MOST_CHARACTERS = 16_000_000;

export interface FirstRows {
  /** By part and column. */
  readonly cells: readonly (readonly (readonly (string | null)[])[])[];
  /** Whether these are all rows of all parts. */
  readonly areAll: boolean;
}

/** The first cells of the columns of open type, in the order of `names`; a column that the format types has none. */
export async function readFirstRows(duckdb: DuckDB, parts: readonly SourceRows[], names: readonly string[]): Promise<FirstRows> {
  const most = Math.min(FIRST_ROWS, Math.max(FEWEST_ROWS, Math.floor(MOST_CELLS / Math.max(1, names.length))));
  const cells: (string | null)[][][] = [];
  let areAll = true;
  for (const part of parts) {
    const places = names.map((name) => part.columns.findIndex((column) => column.name === name && column.type === 'cells'));
    const limit = Math.min(most, await rowsOfLists(duckdb, part));
    const selected = places.map((place) => (place === -1 ? 'NULL::VARCHAR' : `c${place}`)).join(', ');
    const columns = names.map((): (string | null)[] => []);
    const readers = names.map(() => stringReader());
    let [rowCount, characters] = [0, 0];
    await explained(part, async () => {
      for await (const chunk of chunksOf(duckdb.connection, `SELECT ${selected} FROM ${part.from} LIMIT ${limit + 1}`)) {
        // What is left of the answer is fetched all the same: as long as it is open, no function can be given to SQL.
        areAll &&= characters <= MOST_CHARACTERS;
        if (characters > MOST_CHARACTERS) continue;
        for (const [i, column] of columns.entries())
          for (const cell of (readers[i] as ReturnType<typeof stringReader>)(chunk, i)) {
            column.push(cell);
            characters += cell?.length ?? 0;
          }
        rowCount += chunk.rowCount;
      }
    });
    if (rowCount > limit) {
      areAll = false;
      for (const column of columns) column.pop();
    }
    cells.push(columns);
  }
  return { cells, areAll };
}

/** Rows of long lists that are written as text at once: what they come to in characters is guessed from a few of them. */
async function rowsOfLists({ connection }: DuckDB, part: SourceRows): Promise<number> {
  const lists = part.columns.flatMap((column, i) => (column.type === 'cells' && column.isNumbers ? [`c${i}`] : []));
  if (lists.length === 0) return Number.POSITIVE_INFINITY;
  const characters = lists.map((cell) => `coalesce(strlen(${cell}), 0)`).join(' + ');
  const read = await explained(part, () =>
    connection.runAndReadAll(`SELECT avg(n) FROM (SELECT ${characters} AS n FROM ${part.from} LIMIT ${GUESSED_ROWS})`),
  );
  return Math.max(FEWEST_ROWS, Math.ceil(MOST_CHARACTERS / Math.max(1, Number(read.getRows()[0]?.[0] ?? 0))));
}

const GUESSED_ROWS = 256;

export function evidenceOfFirst(name: string, place: number, { cells }: FirstRows): ColumnStats {
  return observeCells(
    name,
    cells.map((columns) => columns[place] ?? []),
    cellReaders,
  );
}

/** Looks at every row of one column, in bounded memory. */
export async function evidenceOfAll(duckdb: DuckDB, parts: readonly SourceRows[], name: string): Promise<ColumnStats> {
  const observer = createObserver(name, cellReaders);
  for (const part of parts) {
    const place = part.columns.findIndex((column) => column.name === name);
    observer.beginPart();
    const read = stringReader();
    await explained(part, async () => {
      for await (const chunk of chunksOf(duckdb.connection, `SELECT c${place} FROM ${part.from}`)) {
        for (const cell of read(chunk, 0)) observer.add(cell);
      }
    });
  }
  return observer.finish();
}
