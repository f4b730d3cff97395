/**
 * @file The name of a dataset version: sha256 over its schema and values in one canonical form, read in bounded memory.
 *
 *     column of numbers    8 bytes a row: float64, little-endian, one NaN for a gap
 *     column of strings    16 bytes a row: a length and up to 12 bytes, which are the string itself, FF for a gap (no string has
 *                          that byte), or FE and the first 11 bytes of the sha256 of a string of over 12 bytes. With such
 *                          strings a second stream holds the next 12 bytes of the sha256, and nothing for other rows
 *     column of lists      the length of each row's list as a number, then all elements as a column of their own
 *
 * Each stream has a sha256 of its own, so neither the chunks in which rows are read nor the bytes of a Parquet file count.
 * Two different contents share a name only if sha256, for a string of over 12 bytes its first 184 bits, collides.
 */

import { createHash } from 'node:crypto';
import type { DatasetVersion, JsonValue, Part } from './dataset.ts';
import { PARTS } from './dataset.ts';
import { chunksOf, type DuckDBConnection, IN_PLACE, rawBytes } from './duckdb.ts';
import type { Relation } from './relation.ts';
import type { ColumnType } from './table.ts';

/** Changes with the canonical form, so that two forms can never name different content alike. */
const FORM = 'moat dataset 2';

/**
 * The same name, schema, values, parent and prepare steps have the same name on every machine. Rows count in their order; the
 * reasons for the types, the file format, paths and times do not count.
 */
export async function contentId(
  connection: DuckDBConnection,
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
    const digests = await digestColumns(connection, relation);
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
async function digestColumns(connection: DuckDBConnection, { from, columns }: Relation): Promise<string[][]> {
  const forms = columns.map(({ type }) => FORM_OF[type]);
  const flat = await digestStreams(
    connection,
    from,
    forms.map((form, i) => (form === 'strings' || form === 'bytes' || form === 'numbers' ? { form, sql: `c${i}` } : lengthOf(`c${i}`))),
  );
  for (const [i, form] of forms.entries()) {
    if (form !== 'lists of strings' && form !== 'lists of numbers') continue;
    const elements = form === 'lists of strings' ? 'strings' : 'numbers';
    const sql = `(SELECT unnest(c${i}) AS e FROM ${from})`;
    const [digests = []] = await digestStreams(connection, sql, [{ form: elements, sql: elements === 'numbers' ? 'e::DOUBLE' : 'e' }]);
    flat[i]?.push(...digests);
  }
  return flat;
}

type FlatForm = 'numbers' | 'strings' | 'bytes';

const FORM_OF: { readonly [T in ColumnType]: FlatForm | 'lists of strings' | 'lists of numbers' } = {
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

function lengthOf(sql: string): { form: FlatForm; sql: string } {
  return { form: 'numbers', sql: `len(${sql})::DOUBLE` };
}

/** One pass over the rows for all columns. Every stream has values of one width, whose bytes are taken as they lie in memory. */
async function digestStreams(
  connection: DuckDBConnection,
  from: string,
  columns: readonly { readonly form: FlatForm; readonly sql: string }[],
): Promise<string[][]> {
  if (columns.length === 0) return [];
  const areLong = await columnsWithLong(connection, from, columns);
  const inner = columns.flatMap(({ form, sql }, i) => [`${sql} AS v${i}`, ...(areLong[i] ? [`${digestOfLong(form, sql)} AS h${i}`] : [])]);
  const streams = columns.map(({ form }, i) => (areLong[i] ? streamsOfLong(form, `v${i}`, `h${i}`) : [streamOf(form, `v${i}`)]));
  const hashes = streams.map((list) => list.map(() => createHash('sha256')));
  const flat = hashes.flat();
  const sql = `SELECT ${streams.flat().join(', ')} FROM (SELECT ${inner.join(', ')} FROM ${from})`;
  for await (const chunk of chunksOf(connection, sql)) {
    for (const [i, hash] of flat.entries()) hash.update(rawBytes(chunk, i));
  }
  return hashes.map((list) => list.map((hash) => hash.digest('hex')));
}

/** Which columns hold a value of more than 12 bytes, which DuckDB does not hold in place. */
async function columnsWithLong(
  connection: DuckDBConnection,
  from: string,
  columns: readonly { readonly form: FlatForm; readonly sql: string }[],
): Promise<boolean[]> {
  const longest = columns.map(({ form, sql }) => (form === 'numbers' ? '0' : `max(${LENGTH[form]}(${sql}))`));
  if (longest.every((one) => one === '0')) return columns.map(() => false);
  const [lengths = []] = (await connection.runAndReadAll(`SELECT ${longest.join(', ')} FROM ${from}`)).getRows();
  return columns.map((_, i) => Number(lengths[i] ?? 0) > IN_PLACE);
}

const LENGTH = { strings: 'strlen', bytes: 'octet_length' } as const;

function streamOf(form: FlatForm, value: string): string {
  if (form === 'numbers') return `coalesce(${value}, 'nan'::DOUBLE)`;
  return `CASE WHEN ${value} IS NULL THEN '\\xFF'::BLOB ELSE ${form === 'strings' ? `encode(${value})` : value} END`;
}

function streamsOfLong(form: FlatForm, value: string, digest: string): string[] {
  const isLong = `${digest} IS NOT NULL`;
  return [
    `CASE WHEN ${isLong} THEN '\\xFE'::BLOB || ${digest}[1:11] ELSE ${streamOf(form, value)} END`,
    `CASE WHEN ${isLong} THEN ${digest}[12:23] ELSE ''::BLOB END`,
  ];
}

/** The sha256 of a value that is not held in place, else NULL. */
function digestOfLong(form: FlatForm, sql: string): string {
  const length = form === 'numbers' ? '0' : `${LENGTH[form]}(${sql})`;
  return `unhex(sha256(CASE WHEN ${length} > ${IN_PLACE} THEN ${sql} END))`;
}
