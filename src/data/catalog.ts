/** @file The dataset versions of a home folder: kept, listed and found by name. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import type { DatasetVersion, Fold } from './dataset.ts';
import type { DataHome } from './home.ts';

/**
 * Keeps a version. When the same content is there already, the stored version stays and is answered, with the warnings and
 * sources of the new reading: nothing that was kept is ever changed.
 */
export async function keepVersion(home: DataHome, version: DatasetVersion): Promise<DatasetVersion> {
  await home.db
    .insertInto('dataset_version')
    .values({
      id: version.id,
      dataset: version.dataset,
      parent: version.parent,
      created_at: version.createdAt,
      row_count: version.rowCount,
      manifest: JSON.stringify(version),
      fold: version.fold ? JSON.stringify(version.fold) : null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const stored = await storedVersion(home, version.dataset, version.id);
  return stored ? { ...stored, warnings: version.warnings, sources: version.sources } : version;
}

/** The version of that content under that name, if it was kept before. */
export async function storedVersion(home: Pick<DataHome, 'db'>, dataset: string, id: string): Promise<DatasetVersion | undefined> {
  const row = await home.db
    .selectFrom('dataset_version')
    .select('manifest')
    .where('dataset', '=', dataset)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && (JSON.parse(row.manifest) as DatasetVersion);
}

/** What a list tells of a version: the rest stands in its manifest, which is read when it is opened. */
export type DatasetSummary = Pick<DatasetVersion, 'id' | 'dataset' | 'parent' | 'fold' | 'createdAt' | 'rowCount'>;

/** The versions, newest first; with `folds` also those that were made to measure by cross-validation. */
export async function listDatasets(
  home: Pick<DataHome, 'db'>,
  { folds = false }: { readonly folds?: boolean } = {},
): Promise<DatasetSummary[]> {
  const rows = await home.db
    .selectFrom('dataset_version')
    .select(['id', 'dataset', 'parent', 'created_at', 'row_count', 'fold'])
    .$if(!folds, (all) => all.where('fold', 'is', null))
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(({ id, dataset, parent, created_at, row_count, fold }) => ({
    id,
    dataset,
    parent,
    ...(fold !== null && { fold: JSON.parse(fold) as Fold }),
    createdAt: created_at,
    rowCount: row_count,
  }));
}

/** The version of that id, whatever its name. */
export async function versionOfId(home: Pick<DataHome, 'db'>, id: string): Promise<DatasetVersion | undefined> {
  const row = await home.db.selectFrom('dataset_version').select('manifest').where('id', '=', id).executeTakeFirst();
  return row && (JSON.parse(row.manifest) as DatasetVersion);
}

/**
 * `reviews` is the newest import of that name; `reviews@3f2a` the version, imported or prepared, whose id starts so.
 * An unknown name or id, and an id that fits several versions, are refused.
 */
export async function findDataset(home: Pick<DataHome, 'db'>, reference: string): Promise<DatasetVersion> {
  const at = reference.lastIndexOf('@');
  const [name, prefix] = at > 0 ? [reference.slice(0, at), reference.slice(at + 1)] : [reference, ''];
  const named = home.db.selectFrom('dataset_version').where('dataset', '=', name);
  const wanted =
    prefix === ''
      ? named.where('parent', 'is', null).orderBy('created_at', 'desc').orderBy('id').limit(1)
      : // Ids are hex digits, so all that begin with the prefix lie before the prefix and a "g".
        named.where('id', '>=', prefix).where('id', '<', `${prefix}g`).orderBy('id').limit(2);
  const [first, second] = await wanted.select('manifest').execute();
  if (first && !second) return JSON.parse(first.manifest) as DatasetVersion;
  throw await unclearVersion(home, reference, name, second !== undefined);
}

async function unclearVersion(home: Pick<DataHome, 'db'>, reference: string, name: string, isAmbiguous: boolean): Promise<MoatError> {
  const known = await home.db
    .selectFrom('dataset_version')
    .select('id')
    .where('dataset', '=', name)
    .where('fold', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(6)
    .execute();
  if (known.length === 0) return unknownDataset(home, name);
  return new MoatError(`"${reference}" names ${isAmbiguous ? 'several versions' : 'no version'}`, {
    code: isAmbiguous ? 'DATASET_VERSION_AMBIGUOUS' : 'DATASET_VERSION_UNKNOWN',
    kind: isAmbiguous ? 'usage' : 'not_found',
    why: `dataset "${name}" has the versions ${known
      .slice(0, 5)
      .map(({ id }) => id.slice(0, 12))
      .join(', ')}${known.length > 5 ? ', …' : ''}`,
    fix: 'give more letters of one of them',
  });
}

async function unknownDataset(home: Pick<DataHome, 'db'>, name: string): Promise<MoatError> {
  const known = await home.db.selectFrom('dataset_version').select('dataset').distinct().execute();
  return new MoatError(`there is no dataset "${name}"`, {
    code: 'DATASET_UNKNOWN',
    kind: 'not_found',
    why:
      known.length === 0
        ? 'nothing was imported into this home folder yet'
        : `this home folder knows ${known.length} datasets, and none of that name`,
    fix:
      known.length === 0
        ? 'import one with `moat data add`'
        : didYouMean(
            name,
            known.map((row) => row.dataset),
          ),
  });
}
