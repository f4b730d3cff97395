/**
 * @file The name of a dataset version: sha256 over its schema and values in one canonical form, read in bounded memory.
 *
 *     column of numbers    8 bytes a row: float64, little-endian, one NaN for a gap
 *     column of strings    where none has more than 12 bytes, 16 bytes a row: a length (32 bits, little-endian) and the string,
 *                          filled up with zeros, or FF for a gap (no string has that byte); else a line a row, as CSV has it:
 *                          the string in quotes, a quote inside doubled, and nothing for a gap
 *     column of bytes      their hexadecimal digits in the same lines
 *     column of lists      the length of each row's list as a number, then all elements as a column of their own
 *
 * Each stream has a sha256 of its own, so neither the chunks in which rows are read nor the bytes of a Parquet file count.
 * Two different contents share a name only if sha256 collides.
 */

import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetVersion, JsonValue, Part } from './dataset.ts';
import { PARTS } from './dataset.ts';
import { chunksOf, type DuckDB, IN_PLACE, quoteText, rawBytes } from './duckdb.ts';
import type { Relation } from './relation.ts';
import { sha256OfFile } from './sources/files.ts';
import type { ColumnType } from './table.ts';

/** Changes with the canonical form, so that two forms can never name different content alike. */
const FORM = 'moat dataset 3';

/**
 * The same name, schema, values, parent and prepare steps have the same name on every machine. Rows count in their order; the
 * reasons for the types, the file format, paths and times do not count. Long strings pass through a file of the engine's folder.
 */
export async function contentId(
  duckdb: DuckDB,
  version: Pick<DatasetVersion, 'dataset' | 'columns' | 'parent' | 'prepare'>,
  parts: ReadonlyMap<Part, Relation>,
): Promise<string> {
  const hash = createHash('sha256');
  const schema = version.columns.map(({ name, type, nullable, categories, shape }) => ({ name, type, nullable, categories, shape }));
  hash.update(
    canonicalJson({
      form: FORM,
      dataset: version.dataset,
      schema,
      parent: version.parent,
      prepare: version.prepare,
    } as unknown as JsonValue),
  );
  for (const part of PARTS) {
    const relation = parts.get(part);
    if (!relation) continue;
    const digests = await digestColumns(duckdb, relation);
    const columns = relation.columns.map(({ name, type }, i) => ({ name, type, digests: digests[i] as string[] }));
    hash.update(canonicalJson({ part, rowCount: relation.rowCount, columns }));
  }
  return hash.digest('hex');
}

/** JSON with the keys of every object in the order of their code units, and undefined left out. */
export function canonicalJson(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonicalJson(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** The digests of each column's streams, in order. */
async function digestColumns(duckdb: DuckDB, { from, columns }: Relation): Promise<string[][]> {
  const forms = columns.map(({ type }) => FORM_OF[type]);
  const digests = await digestStreams(
    duckdb,
    from,
    forms.map((form, i) => (isFlat(form) ? { form, sql: `c${i}` } : { form: 'numbers', sql: `len(c${i})::DOUBLE` })),
  );
  const streams = digests.map((digest) => [digest]);
  for (const [i, form] of forms.entries()) {
    if (isFlat(form)) continue;
    const elements = form === 'lists of strings' ? 'strings' : 'numbers';
    const sql = `(SELECT unnest(c${i}) AS e FROM ${from})`;
    const [digest = ''] = await digestStreams(duckdb, sql, [{ form: elements, sql: elements === 'numbers' ? 'e::DOUBLE' : 'e' }]);
    streams[i]?.push(digest);
  }
  return streams;
}

type FlatForm = 'numbers' | 'strings' | 'bytes';
type Form = FlatForm | 'lists of strings' | 'lists of numbers';

const FORM_OF: { readonly [T in ColumnType]: Form } = {
  number: 'numbers',
  integer: 'numbers',
  boolean: 'numbers',
  time: 'numbers',
  category: 'strings',
  text: 'strings',
  id: 'strings',
  image: 'bytes',
  audio: 'bytes',
  list: 'lists of strings',
  embedding: 'lists of numbers',
  series: 'lists of numbers',
};

function isFlat(form: Form): form is FlatForm {
  return form === 'numbers' || form === 'strings' || form === 'bytes';
}

interface Stream {
  readonly form: FlatForm;
  readonly sql: string;
}

/** One pass over the rows for all columns whose values have one width in memory, and one for each of the others. */
async function digestStreams(duckdb: DuckDB, from: string, streams: readonly Stream[]): Promise<string[]> {
  const areLines = await columnsOfLines(duckdb, from, streams);
  const narrow = streams.flatMap(({ form, sql }, i) => (areLines[i] ? [] : [{ i, sql: inPlace(form, sql) }]));
  const digests = new Array<string>(streams.length);
  if (narrow.length > 0) {
    const hashes = narrow.map(() => createHash('sha256'));
    const sql = `SELECT ${narrow.map((stream) => stream.sql).join(', ')} FROM ${from}`;
    for await (const chunk of chunksOf(duckdb.connection, sql)) {
      for (const [place, hash] of hashes.entries()) hash.update(rawBytes(chunk, place));
    }
    for (const [place, { i }] of narrow.entries()) digests[i] = (hashes[place] as (typeof hashes)[number]).digest('hex');
  }
  for (const [i, { form, sql }] of streams.entries()) {
    if (areLines[i]) digests[i] = await digestLines(duckdb, form === 'bytes' ? `lower(hex(${sql}))` : sql, from);
  }
  return digests;
}

/** Which columns hold bytes, or a string of more than 12 bytes, which DuckDB does not hold in place. */
async function columnsOfLines({ connection }: DuckDB, from: string, streams: readonly Stream[]): Promise<boolean[]> {
  const longest = streams.map(({ form, sql }) => (form === 'strings' ? `max(strlen(${sql}))` : '0'));
  const isAsked = streams.some(({ form }) => form === 'strings');
  const [lengths = []] = isAsked ? (await connection.runAndReadAll(`SELECT ${longest.join(', ')} FROM ${from}`)).getRows() : [];
  return streams.map(({ form }, i) => form === 'bytes' || Number(lengths[i] ?? 0) > IN_PLACE);
}

function inPlace(form: FlatForm, value: string): string {
  if (form === 'numbers') return `coalesce(${value}, 'nan'::DOUBLE)`;
  return `CASE WHEN ${value} IS NULL THEN '\\xFF'::BLOB ELSE encode(${value}) END`;
}

/** DuckDB writes the lines on all its threads, in the order of the rows; Node's sha256 is several times as fast as SQL's. */
async function digestLines(duckdb: DuckDB, value: string, from: string): Promise<string> {
  const folder = await duckdb.freshFolder();
  const path = join(folder, 'lines');
  try {
    await duckdb.connection.run(
      `COPY (SELECT ${value} AS v FROM ${from}) TO ${quoteText(path)} (FORMAT csv, HEADER false, FORCE_QUOTE (v), QUOTE '"', ESCAPE '"', COMPRESSION none)`,
    );
    return await sha256OfFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
