/** @file Collecting: files become an immutable dataset version. */

import { MoatError } from '../engine/errors.ts';
import { keepVersion, storedVersion } from './catalog.ts';
import { contentId } from './content-hash.ts';
import type { DataSpec, DatasetVersion, Part, PartContent, SourceRecord, SourceSpec } from './dataset.ts';
import { type DataHome, withTemporaryFolder } from './home.ts';
import { writePart } from './parts.ts';
import { type DeclaredTypes, readColumns } from './schema.ts';
import { sourceOf } from './sources/index.ts';
import type { SourceRows } from './sources/source.ts';
import type { Table } from './table.ts';

export interface ImportOptions {
  /** Name of the dataset: letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  readonly data: DataSpec;
  /** Types that are not to be recognised but taken as said. */
  readonly columns?: DeclaredTypes;
  /** Where relative paths start. */
  readonly folder: string;
  readonly now: Date;
}

/**
 * Reads the files, gives every column a type with its reason, and keeps the rows. Nothing is kept when anything is refused.
 * The same content makes the same version: importing it again answers the one that is there.
 */
export async function importDataset(home: DataHome, options: ImportOptions): Promise<DatasetVersion> {
  requireName(options.name);
  const specs = specsByPart(options.data);
  const rows = new Map<Part, SourceRows>();
  for (const [part, spec] of specs) {
    rows.set(
      part,
      await withTemporaryFolder(home, (temporaryFolder) => sourceOf(spec).read(spec, { folder: options.folder, temporaryFolder })),
    );
  }
  const { columns, tables, warnings } = readColumns(rows, options.columns ?? {});
  return storeVersion(home, tables, {
    dataset: options.name,
    parent: null,
    createdAt: options.now.toISOString(),
    columns,
    steps: [],
    prepare: [],
    warnings: [...[...rows.values()].flatMap((part) => part.warnings), ...warnings],
    sources: [...rows].flatMap(([part, { files }]) => files.map((file): SourceRecord => ({ part, ...file }))),
  });
}

/** Writes the parts that are not stored yet and keeps the version under the name of its content; `stored` names the blobs of tables that are. */
export async function storeVersion(
  home: DataHome,
  tables: ReadonlyMap<Part, Table>,
  facts: Omit<DatasetVersion, 'id' | 'rowCount' | 'parts'>,
  stored: ReadonlyMap<Table, string> = new Map(),
): Promise<DatasetVersion> {
  const id = contentId(facts, tables);
  const known = await storedVersion(home, facts.dataset, id);
  if (known) return { ...known, warnings: facts.warnings, sources: facts.sources };
  const parts: { [P in Part]?: PartContent } = {};
  let rowCount = 0;
  for (const [part, table] of tables) {
    parts[part] = { rowCount: table.rowCount, blob: stored.get(table) ?? (await writePart(home, table)) };
    rowCount += table.rowCount;
  }
  return keepVersion(home, { id, rowCount, parts, ...facts });
}

function specsByPart(data: DataSpec): [Part, SourceSpec][] {
  if (typeof data === 'string' || !('train' in data)) return [['all', data]];
  const { train, validation, test } = data;
  return [
    ['train', train],
    ...(validation ? [['validation', validation] as [Part, SourceSpec]] : []),
    ...(test ? [['test', test] as [Part, SourceSpec]] : []),
  ];
}

function requireName(name: string): void {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u.test(name)) return;
  throw new MoatError('this is no name for a dataset', {
    code: 'DATASET_NAME',
    kind: 'usage',
    why: 'a name starts with a letter or a digit, and holds letters, digits, ".", "_" and "-", up to 100 of them',
    fix: 'choose such a name, for instance reviews-2024',
  });
}
