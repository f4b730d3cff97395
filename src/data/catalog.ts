/** @file The dataset versions of a home folder: kept, listed and found by name. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import type { DatasetVersion } from './dataset.ts';
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

/** All versions, newest first. */
export async function listDatasets(home: Pick<DataHome, 'db'>): Promise<DatasetVersion[]> {
  const rows = await home.db.selectFrom('dataset_version').select('manifest').orderBy('created_at', 'desc').orderBy('id').execute();
  return rows.map((row) => JSON.parse(row.manifest) as DatasetVersion);
}

/**
 * `reviews` is the newest import of that name; `reviews@3f2a` the version, imported or prepared, whose id starts so.
 * An unknown name or id, and an id that fits several versions, are refused.
 */
export async function findDataset(home: Pick<DataHome, 'db'>, reference: string): Promise<DatasetVersion> {
  const at = reference.lastIndexOf('@');
  const [name, prefix] = at > 0 ? [reference.slice(0, at), reference.slice(at + 1)] : [reference, ''];
  const rows = await home.db
    .selectFrom('dataset_version')
    .select(['id', 'parent', 'manifest'])
    .where('dataset', '=', name)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  if (rows.length === 0) throw await unknownDataset(home, name);
  const found = prefix === '' ? rows.filter((row) => row.parent === null).slice(0, 1) : rows.filter((row) => row.id.startsWith(prefix));
  const [first] = found;
  if (first && found.length === 1) return JSON.parse(first.manifest) as DatasetVersion;
  throw new MoatError(`"${reference}" names ${found.length === 0 ? 'no version' : `${found.length} versions`}`, {
    code: found.length === 0 ? 'DATASET_VERSION_UNKNOWN' : 'DATASET_VERSION_AMBIGUOUS',
    kind: found.length === 0 ? 'not_found' : 'usage',
    why: `dataset "${name}" has the versions ${rows
      .slice(0, 5)
      .map((row) => row.id.slice(0, 12))
      .join(', ')}${rows.length > 5 ? ', …' : ''}`,
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
