/** @file Reading a file as rows of JSON: what a request would hold. */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { withTemporaryFolder } from './home.ts';
import { rowsOfTable } from './rows.ts';
import { readColumns } from './schema.ts';
import { sourceOf } from './sources/index.ts';
import type { ColumnType, Row } from './table.ts';

/** The rows of a file, with the named columns only, each read as the given type. A named column that the file lacks is left out. */
export async function readSourceRows(path: string, types: Readonly<Record<string, ColumnType>>): Promise<Row[]> {
  const temporary = { temporaryFolder: () => mkdtemp(join(tmpdir(), 'moat-')) };
  const source = await withTemporaryFolder(temporary, (temporaryFolder) =>
    sourceOf(path).read(path, { folder: dirname(path), temporaryFolder }),
  );
  const known = source.columns.filter(({ name }) => Object.hasOwn(types, name));
  const declared = Object.fromEntries(known.map(({ name }) => [name, types[name] as ColumnType]));
  const { tables } = readColumns(new Map([['all', { ...source, columns: known }]]), declared);
  const table = tables.get('all');
  return table === undefined ? [] : rowsOfTable(table);
}
