/** @file Rows that need not fit into memory: SQL over staged or stored Parquet files, and how they become a version. */

import { join } from 'node:path';
import { toMoatError } from '../engine/errors.ts';
import { keepVersion, storedVersion } from './catalog.ts';
import { contentId } from './content-hash.ts';
import type { DatasetVersion, Part, PartContent, Warning } from './dataset.ts';
import { type DuckDB, fromDuckDB, quoteText } from './duckdb.ts';
import { type DataHome, withTemporaryFolder } from './home.ts';
import { listMedia, type MediaStore } from './media/store.ts';
import type { ColumnType } from './table.ts';

/** Column i of a relation is `ci` in SQL: names of users never reach it. */
export interface RelationColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** `[height, width, channels]` of an image, `[width]` of an embedding. */
  readonly shape?: readonly number[];
  /** Whether each value is the sha256 of a media file that stands in the store, decoded to `shape` when it is read. */
  readonly isFile?: boolean;
}

/**
 * Rows in a fixed order, as SQL. A numeric, boolean or time column is DOUBLE, a string column VARCHAR, an image BLOB, a list
 * VARCHAR[], an embedding FLOAT[], a series DOUBLE[] with NULL for a gap; a missing value is NULL.
 */
export interface Relation {
  /** What stands after FROM: `read_parquet('…')`, or a query in brackets. One that joins or groups ends with ORDER BY, because the order of the rows counts. */
  readonly from: string;
  readonly rowCount: number;
  readonly columns: readonly RelationColumn[];
  /** The blob that holds exactly these rows, when they stand in the store already. */
  readonly blob?: string;
  /** Where the files of its media columns are; needed to read them as a table. */
  readonly media?: MediaStore;
  /** A Parquet file of the engine's folder that holds exactly these rows in their stored form: it is moved into the store. */
  readonly file?: string;
}

/** `c0, c1, …`: every column of a relation. */
export function columnList({ columns }: Pick<Relation, 'columns'>): string {
  return columns.map((_, i) => `c${i}`).join(', ');
}

/** The rows of a Parquet file with columns c0, c1, …. */
export function relationOfFile(path: string, rowCount: number, columns: readonly RelationColumn[]): Relation {
  return { from: `read_parquet(${quoteText(path)})`, rowCount, columns };
}

/**
 * Judges a version whose rows are written and which has no record yet: what it throws refuses the version (its blobs then have no
 * name, and `moat gc` frees them), what it answers is kept as its warnings.
 */
export type Accept = (version: DatasetVersion) => Promise<readonly Warning[]>;

/**
 * Writes the parts that are not stored yet, and keeps the version under the name of its content. The same content makes the
 * same version: when it is there already it is answered with the warnings and sources of this reading, and nothing is added.
 * `accept` may refuse it, and then nothing is kept.
 * `duckdb` must reach what the relations name.
 */
export async function storeRelations(
  home: DataHome,
  duckdb: DuckDB,
  parts: ReadonlyMap<Part, Relation>,
  facts: Omit<DatasetVersion, 'id' | 'rowCount' | 'parts'>,
  accept: Accept = async () => [],
): Promise<DatasetVersion> {
  // Under the folder of the engine, which is all that it may write to.
  return withTemporaryFolder({ temporaryFolder: () => duckdb.freshFolder() }, async (folder) => {
    try {
      const written = new Map<Part, Relation>();
      for (const [part, relation] of parts) {
        const isWritten = relation.blob !== undefined || relation.file !== undefined;
        written.set(part, isWritten ? relation : await writeParquet(duckdb, relation, join(folder, `${part}.parquet`)));
      }
      const id = await contentId(duckdb, facts, written);
      const known = await storedVersion(home, facts.dataset, id);
      if (known) return { ...known, warnings: [...facts.warnings, ...(await accept(known))], sources: facts.sources };
      const keepMediaList = async (relation: Relation): Promise<Pick<PartContent, 'media'>> => {
        const hashes = await listMedia(duckdb.connection, relation);
        return hashes ? { media: await home.blobs.put(new TextEncoder().encode(hashes.join('\n'))) } : {};
      };
      const contents: { [P in Part]?: PartContent } = {};
      for (const [part, { rowCount, blob, file }] of written) {
        // the list first: the file moves into the store
        const media = await keepMediaList(written.get(part) as Relation);
        contents[part] = { rowCount, ...media, blob: blob ?? (await home.blobs.putFile(file as string)) };
      }
      const rowCount = [...written.values()].reduce((sum, relation) => sum + relation.rowCount, 0);
      const version = { id, rowCount, parts: contents, ...facts };
      return await keepVersion(home, { ...version, warnings: [...facts.warnings, ...(await accept(version))] });
    } catch (error) {
      throw toMoatError(fromDuckDB(error));
    }
  });
}

/** Writes the rows of a relation into a Parquet file, each value in its one stored form, and answers that file as a relation. */
export async function writeParquet({ connection }: DuckDB, relation: Relation, path: string): Promise<Relation> {
  const columns = relation.columns.map(({ type }, i) => `${storedForm(type, `c${i}`)} AS c${i}`).join(', ');
  const result = await connection.runAndReadAll(
    `COPY (SELECT ${columns} FROM ${relation.from}) TO ${quoteText(path)} (${parquetOptions(relation.columns)})`,
  );
  const rowCount = Number(result.getRows()[0]?.[0] ?? 0);
  return { ...relationOfFile(path, rowCount, relation.columns), file: path };
}

/**
 * How every Parquet file of ours is written; nothing looks for single values in it, so it needs no Bloom filters. Rows of many
 * numbers, or of many columns, make smaller groups: DuckDB tries a dictionary for each group, which takes three times as long where it is too large for the caches.
 */
export function parquetOptions(columns: readonly RelationColumn[]): string {
  const plain = `FORMAT parquet, COMPRESSION snappy, WRITE_BLOOM_FILTER false${dictionaryOption(columns.length)}`;
  const all = columns.reduce((sum, column) => sum + valuesARow(column), 0);
  const longest = Math.max(1, ...columns.map(valuesARow));
  const rows = Math.floor(Math.min(VALUES_A_GROUP / longest, VALUES_OF_ALL / all) / VECTOR_ROWS) * VECTOR_ROWS;
  return rows >= GROUP_ROWS ? plain : `${plain}, ROW_GROUP_SIZE ${Math.max(VECTOR_ROWS, rows)}`;
}

/** For the options of Parquet: a table of very many columns is written without dictionaries, each of which takes 256 KiB of DuckDB's memory, however few values there are. */
export function dictionaryOption(columnCount: number): string {
  return columnCount > MOST_DICTIONARIES ? ', DICTIONARY_SIZE_LIMIT 1' : '';
}

const MOST_DICTIONARIES = 1_000;
const VALUES_A_GROUP = 1 << 21;
/** Of all columns together: a group stands in memory until it is full. */
const VALUES_OF_ALL = 1 << 23;
/** DuckDB's own: rows of a group, and of a vector, of which a group is a multiple. */
const GROUP_ROWS = 122_880;
const VECTOR_ROWS = 2_048;
/** Nobody knows beforehand how long series are. */
const USUAL_SERIES = 256;

function valuesARow({ type, shape }: RelationColumn): number {
  if (type === 'series') return USUAL_SERIES;
  return type === 'embedding' ? (shape?.[0] ?? 1) : 1;
}

/** No infinity gets in, NaN is a missing value, and −0 and 0 are one value. */
function storedForm(type: ColumnType, sql: string): string {
  switch (type) {
    case 'number':
    case 'integer':
    case 'boolean':
    case 'time':
      return storedNumber(sql);
    case 'series':
      return `list_transform(${sql}, lambda x: ${storedNumber('x')})`;
    default:
      return sql;
  }
}

function storedNumber(sql: string): string {
  return `CASE WHEN NOT isfinite(${sql}) THEN NULL WHEN ${sql} = 0 THEN 0 ELSE ${sql} END`;
}
