/** @file Rows of a foreign format on their way in: text cells column by column, a few thousand rows at a time. */

/** Cells of some rows, one array a column; a missing cell is null. */
export type CellChunk = readonly (readonly (string | null)[])[];

/** Rows of one chunk at most. */
export const CHUNK_ROWS = 8_192;

/** A cell of more characters is refused in every format: 8 Mi. */
export const LARGEST_CELL = 8 * 2 ** 20;

/** Rows as they come, turned into columns of chunks. A row that is shorter than `width` ends in gaps. */
export async function* chunksOfRows(
  rows: AsyncIterable<readonly (string | null)[]> | Iterable<readonly (string | null)[]>,
  width: number,
): AsyncGenerator<CellChunk> {
  let columns = emptyColumns(width);
  let rowCount = 0;
  for await (const row of rows) {
    for (let i = 0; i < width; i++) (columns[i] as (string | null)[]).push(row[i] ?? null);
    if (++rowCount < CHUNK_ROWS) continue;
    yield columns;
    columns = emptyColumns(width);
    rowCount = 0;
  }
  if (rowCount > 0) yield columns;
}

function emptyColumns(width: number): (string | null)[][] {
  return Array.from({ length: width }, () => []);
}
