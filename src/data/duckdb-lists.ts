/** @file Lists as DuckDB holds them in a chunk: one flat column of items, and where each row's begin and how many they are. */

import type { DuckDBDataChunk } from './duckdb.ts';

/** A column of lists. `at` answers the items of a row from its first to behind its last, or nothing where it is missing. */
export interface ListChunk<Items> {
  readonly rowCount: number;
  readonly items: Items;
  at(row: number): readonly [from: number, to: number] | undefined;
}

interface ListVector {
  readonly entryData: BigUint64Array;
  readonly validity: { itemValid(row: number): boolean };
  readonly childVector: unknown;
}

/** A column of FLOAT[] or DOUBLE[]; a missing item is NaN. */
export function numberLists(chunk: DuckDBDataChunk, column: number): ListChunk<Float32Array | Float64Array> {
  const { vector, at } = entriesOf(chunk, column);
  const { items, validity } = vector.childVector as {
    readonly items: Float32Array | Float64Array;
    readonly validity: { readonly data: unknown; itemValid(item: number): boolean };
  };
  const numbers = items.slice();
  if (validity.data !== null) for (let item = 0; item < numbers.length; item++) if (!validity.itemValid(item)) numbers[item] = Number.NaN;
  return { rowCount: chunk.rowCount, items: numbers, at };
}

/** A column of VARCHAR[] without missing items. */
export function stringLists(chunk: DuckDBDataChunk, column: number): (readonly string[] | null)[] {
  const { vector, at } = entriesOf(chunk, column);
  const strings = vector.childVector as { getItem(item: number): string };
  // Items come again and again, and are often short: each distinct one is kept once.
  const known = new Map<string, string>();
  return Array.from({ length: chunk.rowCount }, (_, row) => {
    const place = at(row);
    if (place === undefined) return null;
    return Array.from({ length: place[1] - place[0] }, (_, i) => {
      const item = strings.getItem(place[0] + i);
      const same = known.get(item);
      if (same !== undefined) return same;
      known.set(item, item);
      return item;
    });
  });
}

function entriesOf(chunk: DuckDBDataChunk, column: number) {
  const vector = chunk.getColumnVector(column) as unknown as ListVector;
  const { entryData, validity } = vector;
  const at = (row: number): readonly [number, number] | undefined => {
    if (!validity.itemValid(row)) return undefined;
    const from = Number(entryData[2 * row]);
    return [from, from + Number(entryData[2 * row + 1])];
  };
  return { vector, at };
}
