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

/** The version of that id, under whatever name. */
export async function datasetOfId(home: Pick<DataHome, 'db'>, id: string): Promise<DatasetVersion | undefined> {
  const row = await home.db.selectFrom('dataset_version').select('manifest').where('id', '=', id).executeTakeFirst();
  return row && (JSON.parse(row.manifest) as DatasetVersion);
}

/** What a list shows of a version. */
export type DatasetSummary = Pick<DatasetVersion, 'id' | 'dataset' | 'parent' | 'createdAt' | 'rowCount'>;

/** All versions, newest first; the whole of one is `findDataset`'s to answer. */
export async function listDatasets(home: Pick<DataHome, 'db'>): Promise<DatasetSummary[]> {
  const columns = ['id', 'dataset', 'parent', 'created_at', 'row_count'] as const;
  const rows = await home.db.selectFrom('dataset_version').select(columns).orderBy('created_at', 'desc').orderBy('id').execute();
  return rows.map(({ id, dataset, parent, created_at, row_count }) => ({
    id,
    dataset,
    parent,
    createdAt: created_at,
    rowCount: row_count,
  }));
}

/**
 * `reviews` is the newest import of that name; `reviews@3f2a` the version, imported or prepared, whose id starts so.
 * An unknown name or id, and an id that fits several versions, are refused.
 */
export async function findDataset(home: Pick<DataHome, 'db'>, reference: string): Promise<DatasetVersion> {
  const at = reference.lastIndexOf('@');
  const [name, prefix] = at > 0 ? [reference.slice(0, at), reference.slice(at + 1)] : [reference, ''];
  const ofName = home.db.selectFrom('dataset_version').where('dataset', '=', name).orderBy('created_at', 'desc').orderBy('id');
  const ids = prefix === '' ? await ofName.where('parent', 'is', null).limit(1).select('id').execute() : await idsFrom(home, name, prefix);
  const [first] = ids;
  if (first && ids.length === 1) return (await storedVersion(home, name, first.id)) as DatasetVersion;
  const known = await ofName.select('id').limit(6).execute();
  if (known.length === 0) throw await unknownDataset(home, name);
  throw new MoatError(`"${reference}" names ${ids.length === 0 ? 'no version' : `${ids.length} versions`}`, {
    code: ids.length === 0 ? 'DATASET_VERSION_UNKNOWN' : 'DATASET_VERSION_AMBIGUOUS',
    kind: ids.length === 0 ? 'not_found' : 'usage',
    why: `dataset "${name}" has the versions ${known
      .slice(0, 5)
      .map((row) => row.id.slice(0, 12))
      .join(', ')}${known.length > 5 ? ', …' : ''}`,
    fix: 'give more letters of one of them',
  });
}

/** By the order of the ids alone: whatever the name, few versions begin alike. */
async function idsFrom(home: Pick<DataHome, 'db'>, name: string, prefix: string): Promise<{ readonly id: string }[]> {
  const query = home.db.selectFrom('dataset_version').select(['id', 'dataset']).where('id', '>=', prefix).where('id', '<', `${prefix}~`);
  return (await query.orderBy('id').execute()).filter(({ dataset }) => dataset === name);
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
