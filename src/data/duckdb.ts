/** @file The only door to DuckDB: an engine in memory that can touch the named paths and nothing else. */

import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBListType,
  DuckDBScalarFunction,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  type DuckDBVector,
} from '@duckdb/node-api';
import { MoatError } from '../engine/errors.ts';
import { quoteText } from './sql.ts';

export {
  BIGINT,
  BLOB,
  blobValue,
  DOUBLE,
  DuckDBDataChunk,
  FLOAT,
  INTEGER,
  LIST,
  listValue,
  UBIGINT,
  UINTEGER,
  VARCHAR,
} from '@duckdb/node-api';
export type { DuckDBConnection, DuckDBType, DuckDBValue, DuckDBVector };
export { quoteText };

/** What a query may touch: the files named, and a folder where larger-than-memory work spills over. */
export interface Reach {
  readonly files: readonly string[];
  readonly folder: string;
}

/** DuckDB keeps to this much memory and spills the rest to `Reach.folder`. */
const MEMORY_LIMIT = '1GB';

/** An engine of its own for one piece of work; `close` frees it. */
export interface DuckDB {
  readonly connection: DuckDBConnection;
  /** A new empty folder that the engine may write to; whoever asks for it removes it. */
  freshFolder(): Promise<string>;
  close(): void;
}

/**
 * Opens an engine in memory. Before anybody sees it, every path but those of `reach` is shut, extensions are never
 * looked for, and the settings are locked: no SQL can open them again.
 */
export async function openDuckDB(reach: Reach): Promise<DuckDB> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: MEMORY_LIMIT,
    temp_directory: reach.folder,
  });
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    await connection.run(`SET allowed_paths = [${reach.files.map(quoteText).join(', ')}]`);
    await connection.run(`SET allowed_directories = [${quoteText(reach.folder)}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
  } catch (error) {
    close();
    throw error;
  }
  return { connection, freshFolder: () => mkdtemp(join(reach.folder, 'work-')), close };
}

/**
 * The bytes of one column of a chunk as DuckDB holds them: values of one width, one after the other. For strings and blobs
 * of up to 12 bytes that is a length (32 bits, little-endian) and 12 bytes, filled up with zeros; longer ones lie elsewhere.
 */
export function rawBytes(chunk: DuckDBDataChunk, column: number): Uint8Array {
  const { items, dataView } = chunk.getColumnVector(column) as unknown as { items?: ArrayBufferView; dataView?: ArrayBufferView };
  const { buffer, byteOffset, byteLength } = (items ?? dataView) as ArrayBufferView;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The chunks of a query as they come, a few thousand rows each: while one is looked at, the next is made. */
export async function* chunksOf(connection: DuckDBConnection, sql: string): AsyncGenerator<DuckDBDataChunk> {
  const result = await connection.stream(sql);
  let next = result.fetchChunk();
  try {
    for (;;) {
      const chunk = await next;
      if (!chunk || chunk.rowCount === 0) return;
      next = result.fetchChunk();
      next.catch(() => undefined); // told to whoever asks for it
      yield chunk;
    }
  } finally {
    await next.catch(() => undefined); // nobody closes an engine that is still reading
  }
}

/** The numbers of a column of DOUBLE, a missing one NaN. */
export function numbersOf(chunk: DuckDBDataChunk, column: number): Float64Array {
  const { items, validity } = chunk.getColumnVector(column) as unknown as { items: Float64Array; validity: Validity };
  const valid = bitsOf(validity);
  if (valid === undefined) return items;
  const values = items.slice();
  for (let row = 0; row < values.length; row++) if (!isSet(valid, row)) values[row] = Number.NaN;
  return values;
}

interface Validity {
  /** A bit a row; null when no value is missing. */
  readonly data: BigUint64Array | null;
}

function bitsOf({ data }: Validity): Uint8Array | undefined {
  return data === null ? undefined : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function isSet(bits: Uint8Array, at: number): boolean {
  return (((bits[at >> 3] as number) >> (at & 7)) & 1) === 1;
}

/**
 * Reads the strings of columns of VARCHAR, a missing one null. Short strings that come again and again are decoded once: a
 * column of categories costs no more than one of numbers. One reader for each column; it writes to `into`, from `at` on.
 */
export function stringReader(): (chunk: DuckDBDataChunk, column: number, into?: (string | null)[], at?: number) => (string | null)[] {
  const keys = new Uint32Array(4 * SLOTS);
  const values: (string | undefined)[] = new Array(SLOTS);
  return (chunk, column, into = new Array<string | null>(chunk.rowCount), start = 0) => {
    const { rowCount } = chunk; // asked of DuckDB every time
    const vector = chunk.getColumnVector(column) as unknown as StringVector;
    const { buffer, byteOffset } = vector.dataView;
    const valid = bitsOf(vector.validity);
    const words = new Uint32Array(buffer, byteOffset, 4 * rowCount);
    for (let row = 0; row < rowCount; row++) {
      if (valid && !isSet(valid, row)) {
        into[start + row] = null;
        continue;
      }
      const at = 4 * row;
      const [length, a, b, c] = [words[at] as number, words[at + 1] as number, words[at + 2] as number, words[at + 3] as number];
      if (length > IN_PLACE) {
        // The decoder of the binding takes a byte order mark away; its three bytes are among the first four, which stand in place.
        const hasMark = (a & 0xffffff) === 0xbfbbef;
        into[start + row] = (hasMark ? '\uFEFF' : '') + vector.getItem(row);
        continue;
      }
      const slot = (Math.imul(a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b) ^ length, 0xc2b2ae35) >>> 20) % SLOTS;
      const key = 4 * slot;
      let value = values[slot];
      if (value === undefined || keys[key] !== length || keys[key + 1] !== a || keys[key + 2] !== b || keys[key + 3] !== c) {
        value = Buffer.from(buffer, byteOffset + 16 * row + 4, length).toString('utf8');
        keys[key] = length;
        keys[key + 1] = a;
        keys[key + 2] = b;
        keys[key + 3] = c;
        values[slot] = value;
      }
      into[start + row] = value;
    }
    return into;
  };
}

interface StringVector {
  readonly dataView: DataView;
  readonly validity: Validity;
  getItem(row: number): string;
}

/** DuckDB holds strings of up to so many bytes in place, filled up with zeros. */
export const IN_PLACE = 12;
const SLOTS = 4_096;

/** A column of a foreign file: how its values are read as text, and the fields of a struct. `numbers` are lists that DOUBLE[] holds as they are. */
export type NestedColumn =
  | { readonly name: string; readonly kind: 'plain' | 'instant' | 'list' | 'numbers' | 'binary' }
  | { readonly name: string; readonly kind: 'struct'; readonly fields: readonly NestedColumn[] };

/** The columns that a query would answer; no row is read. */
export async function columnsOfQuery(connection: DuckDBConnection, sql: string): Promise<NestedColumn[]> {
  const result = await connection.run(`${sql} LIMIT 0`);
  const types = result.columnTypes();
  return result.columnNames().map((name, i) => nestedColumn(name, types[i] as DuckDBType));
}

function nestedColumn(name: string, type: DuckDBType): NestedColumn {
  if (type instanceof DuckDBStructType) {
    const { entryNames, entryTypes } = type;
    return { name, kind: 'struct', fields: entryNames.map((entry, i) => nestedColumn(entry, entryTypes[i] as DuckDBType)) };
  }
  if (type instanceof DuckDBListType) return { name, kind: NUMBERS.has(type.valueType.typeId) ? 'numbers' : 'list' };
  if (LISTS.has(type.typeId)) return { name, kind: 'list' };
  if (type.typeId === DuckDBTypeId.TIMESTAMP_TZ) return { name, kind: 'instant' };
  return { name, kind: BINARY.has(type.typeId) ? 'binary' : 'plain' };
}

const LISTS: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.ARRAY, DuckDBTypeId.MAP, DuckDBTypeId.UNION]);
const NUMBERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
]);
const BINARY: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.BLOB, DuckDBTypeId.BIT, DuckDBTypeId.GEOMETRY, DuckDBTypeId.VARIANT]);

/** Appends rows to a table, `valuesAt(column, from, to)` at a time. */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  types: readonly DuckDBType[],
  rowCount: number,
  valuesAt: (column: number, from: number, to: number) => DuckDBValue[],
): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    for (let from = 0; from < rowCount; from += ROWS_PER_CHUNK) {
      const to = Math.min(rowCount, from + ROWS_PER_CHUNK);
      const chunk = DuckDBDataChunk.create(types);
      chunk.setColumns(types.map((_, column) => valuesAt(column, from, to)));
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

/**
 * Gives SQL a function of ours. It is called with a few thousand rows at a time, one list of values a parameter (NULL is null),
 * and answers one value a row. What it throws fails the query with the words of the error alone.
 */
export function defineFunction(
  connection: DuckDBConnection,
  name: string,
  types: { readonly parameters: readonly DuckDBType[]; readonly returns: DuckDBType },
  apply: (values: readonly (readonly DuckDBValue[])[], rowCount: number) => readonly DuckDBValue[],
): void {
  const { parameters, returns } = types;
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      returnType: returns,
      parameterTypes: parameters,
      specialHandling: true, // NULL comes in as a value, instead of making the answer NULL
      mainFunction(_info, chunk, output) {
        const answers = apply(
          parameters.map((_, i) => chunk.getColumnValues(i)),
          chunk.rowCount,
        );
        for (let row = 0; row < chunk.rowCount; row++) output.setItem(row, answers[row] ?? null);
        output.flush();
      },
    }),
  );
}

/** DuckDB says in words that the disk is full, or its share of the memory; the store and the command line know it by its code. */
export function fromDuckDB(error: unknown): unknown {
  if (error instanceof Error && error.message.startsWith('Out of Memory Error')) return outOfMemory(error);
  if (!(error instanceof Error) || !/No space left on device|Could not write all bytes/.test(error.message)) return error;
  return Object.assign(new Error('no space left on the disk', { cause: error }), { code: 'ENOSPC' });
}

function outOfMemory(cause: Error): MoatError {
  return new MoatError('the rows need more memory than DuckDB is given', {
    code: 'DATA_OUT_OF_MEMORY',
    kind: 'too_large',
    why: `it keeps to ${MEMORY_LIMIT}; a table of some thousand columns takes most of that, however few rows it has`,
    fix: 'leave out the columns that do not matter; numbers that belong together, such as the pixels of a picture, can stand as a list in one column',
    cause,
  });
}

/** DuckDB's own vector size: a chunk cannot hold more. */
const ROWS_PER_CHUNK = 2_048;
