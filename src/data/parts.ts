/** @file The rows of a version, which are Parquet files in the blob store: opened for SQL, chunk by chunk, or as one table. */

import { rm } from 'node:fs/promises';
import { MoatError } from '../engine/errors.ts';
import { type DatasetVersion, PARTS, type Part, type PartContent } from './dataset.ts';
import { appendRows, chunksOf, type DuckDB, openDuckDB, quoteText, stringReader } from './duckdb.ts';
import type { DataHome } from './home.ts';
import { columnList, type Relation } from './relation.ts';
import { loadColumn, type StringReader, storedType, storedValues } from './stored-columns.ts';
import type { Column, Table } from './table.ts';
import { TableBuilder } from './table-builder.ts';
import { relationColumn } from './table-ops.ts';

/** What reading needs of a home: no database, so a child process can offer it. */
export type RowsHome = Pick<DataHome, 'blobs' | 'temporaryFolder'>;

/** A version's parts as relations, in an engine that reaches their blobs and a temporary folder, both gone after `close`. */
export interface OpenParts {
  readonly duckdb: DuckDB;
  readonly parts: ReadonlyMap<Part, Relation>;
  close(): Promise<void>;
}

/**
 * Opens parts of a version (all of them unless named) to be read by SQL. Each blob is verified first: DuckDB reads the file
 * itself, and would take a damaged one for data. A part that the version lacks is refused.
 */
export async function openParts(home: RowsHome, version: DatasetVersion, names?: readonly Part[]): Promise<OpenParts> {
  const wanted = names ?? PARTS.filter((part) => version.parts[part]);
  const parts = new Map<Part, Relation>();
  for (const part of wanted) {
    const { blob, rowCount } = contentOf(version, part);
    await home.blobs.verify(blob);
    const from = `(SELECT ${columnList(version)} FROM read_parquet(${quoteText(home.blobs.path(blob))}))`;
    parts.set(part, { from, rowCount, columns: version.columns, blob, media: home.blobs });
  }
  const folder = await home.temporaryFolder();
  const files = [...parts.values()].map(({ blob }) => home.blobs.path(blob as string));
  const duckdb = await openDuckDB({ files, folder });
  return {
    duckdb,
    parts,
    async close() {
      duckdb.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Opens parts as `openParts` does, for one piece of work. */
export async function withParts<T>(
  home: RowsHome,
  version: DatasetVersion,
  use: (open: Pick<OpenParts, 'duckdb' | 'parts'>) => Promise<T>,
  names?: readonly Part[],
): Promise<T> {
  const open = await openParts(home, version, names);
  try {
    return await use(open);
  } finally {
    await open.close();
  }
}

/** Brings a table in memory into an engine as the relation of that name: for small tables and chunks. */
export async function relationOfTable({ connection }: DuckDB, table: Table, name: string): Promise<Relation> {
  const types = table.columns.map(({ type }) => storedType(type));
  await connection.run(`CREATE TABLE ${name} (${types.map((type, i) => `c${i} ${type}`).join(', ')})`);
  await appendRows(connection, name, types, table.rowCount, (column, from, to) => storedValues(table.columns[column] as Column, from, to));
  return { from: name, rowCount: table.rowCount, columns: table.columns.map(relationColumn) };
}

/** The rows of one part, in memory. A part that the version lacks, or whose file was damaged, is refused. */
export async function readPart(home: RowsHome, version: DatasetVersion, part: Part): Promise<Table> {
  return withParts(home, version, ({ duckdb, parts }) => tableOfRelation(duckdb, parts.get(part) as Relation), [part]);
}

/** All rows of a relation, in memory. */
export function tableOfRelation(duckdb: DuckDB, relation: Relation): Promise<Table> {
  return fillTable(new TableBuilder(relation.columns, relation.media), duckdb, [relation]);
}

/**
 * All rows of relations of the columns that `builder` was made for, one under the other, in memory, which is that of the table it built before;
 * with an order, row i of the table is number `order[i]` of them.
 */
export async function fillTable(
  builder: TableBuilder,
  { connection }: DuckDB,
  relations: readonly Relation[],
  order?: Uint32Array,
): Promise<Table> {
  builder.start(relations.reduce((sum, { rowCount }) => sum + rowCount, 0));
  for (const { from, columns } of relations)
    for await (const chunk of chunksOf(connection, `SELECT ${columnList({ columns })} FROM ${from}`)) await builder.add(chunk);
  return builder.build(order);
}

/** The rows of one part in their order, a table of a few thousand rows at a time: memory stays bounded whatever the part's size. */
export async function* readPartChunks(home: RowsHome, version: DatasetVersion, part: Part): AsyncGenerator<Table> {
  const open = await openParts(home, version, [part]);
  try {
    yield* tablesOf(open.duckdb, open.parts.get(part) as Relation);
  } finally {
    await open.close();
  }
}

/** The rows of a relation in their order, a table of a few thousand rows at a time. */
export async function* tablesOf({ connection }: DuckDB, { from, columns, media }: Relation): AsyncGenerator<Table> {
  const readers = columns.map(() => stringReader());
  for await (const chunk of chunksOf(connection, `SELECT ${columnList({ columns })} FROM ${from}`)) {
    const loaded: Column[] = [];
    for (const [i, column] of columns.entries()) loaded.push(await loadColumn(column, chunk, i, readers[i] as StringReader, media));
    yield { rowCount: chunk.rowCount, columns: loaded };
  }
}

function contentOf(version: DatasetVersion, part: Part): PartContent {
  const content = version.parts[part];
  if (content) return content;
  const known = Object.keys(version.parts).join(', ');
  throw new MoatError(`dataset "${version.dataset}" has no part "${part}"`, {
    code: 'DATASET_PART_UNKNOWN',
    kind: 'not_found',
    why: `this version has: ${known}`,
    fix: `read one of: ${known}`,
  });
}
