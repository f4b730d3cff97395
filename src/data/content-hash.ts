/** @file The name of a dataset version: sha256 over its schema and values in one canonical form. */

import { createHash, type Hash } from 'node:crypto';
import type { DatasetVersion, JsonValue, Part } from './dataset.ts';
import { PARTS } from './dataset.ts';
import type { Column, Table } from './table.ts';
import { isNumeric } from './table-ops.ts';

/** Changes with the canonical form, so that two forms can never name different content alike. */
const FORM = 'moat dataset 1';

/**
 * The same name, schema, values, parent and prepare steps have the same name on every machine. Rows count in their order; the
 * reasons for the types, the file format, paths and times do not count.
 */
export function contentId(
  version: Pick<DatasetVersion, 'dataset' | 'columns' | 'parent' | 'prepare'>,
  parts: ReadonlyMap<Part, Table>,
): string {
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
    const table = parts.get(part);
    if (!table) continue;
    hash.update(canonicalJson({ part, rowCount: table.rowCount }));
    for (const column of table.columns) hashColumn(hash, column);
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

function hashColumn(hash: Hash, column: Column): void {
  hash.update(canonicalJson({ name: column.name, type: column.type }));
  if (column.type === 'image') hash.update(column.pixels);
  else if (isNumeric(column)) hash.update(littleEndian(column.values));
  else hashStrings(hash, column.values);
}

/** float64, little-endian; every NaN is the same NaN, because a gap is a gap. */
function littleEndian(values: Float64Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat64(i * 8, Number.isNaN(value) ? Number.NaN : value, true);
  });
  return bytes;
}

/** Each string after its length in bytes, a gap as length −1: no two lists of strings look alike. */
function hashStrings(hash: Hash, values: readonly (string | null)[]): void {
  const length = Buffer.alloc(4);
  for (const value of values) {
    const bytes = value === null ? undefined : Buffer.from(value, 'utf8');
    length.writeInt32LE(bytes?.length ?? -1);
    hash.update(length);
    if (bytes) hash.update(bytes);
  }
}
