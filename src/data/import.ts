/** @file Collecting: files become an immutable dataset version. */

import { MoatError } from '../engine/errors.ts';
import { holdToContract } from './contract/check.ts';
import { findContract } from './contract/contract.ts';
import type { DataSpec, DatasetVersion, Part, SourceRecord, SourceSpec } from './dataset.ts';
import { type DataHome, withTemporaryFolder } from './home.ts';
import { readSources, withTyped } from './read-sources.ts';
import { type Accept, storeRelations } from './relation.ts';
import type { DeclaredTypes } from './schema.ts';

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
 * The same content makes the same version: importing it again answers the one that is there. A contract of that name in the
 * folder (`tickets.contract.yaml`) is held to.
 */
export async function importDataset(home: DataHome, options: ImportOptions): Promise<DatasetVersion> {
  requireName(options.name);
  const contract = await findContract(options.folder, options.name);
  const accept: Accept = async (version) => (contract ? holdToContract(home, version, contract, options.now) : []);
  return withTemporaryFolder(home, async (folder) => {
    const parts = await readSources(specsByPart(options.data), options.folder, folder, home.blobs);
    return withTyped(parts, options.columns ?? {}, folder, async (duckdb, typed) => {
      const facts = {
        dataset: options.name,
        parent: null,
        createdAt: options.now.toISOString(),
        columns: typed.columns,
        steps: [],
        prepare: [],
        warnings: typed.warnings,
        sources: [...typed.files].flatMap(([part, files]) => files.map((file): SourceRecord => ({ part, ...file }))),
      };
      return storeRelations(home, duckdb, typed.parts, facts, accept);
    });
  });
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
