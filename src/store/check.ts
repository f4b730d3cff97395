/** @file The check-up of a home folder: is the database whole, and is every blob that it names there and unchanged? */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { MoatError, toMoatError } from '../engine/errors.ts';
import { BLOB_FOLDER } from './blobs.ts';
import type { Home } from './home.ts';
import type { Database } from './schema.ts';

export interface HomeFault {
  /** What is damaged: `the database`, or the row that names the blob. */
  readonly where: string;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

export interface HomeReport {
  /** True when there is no fault. */
  readonly isWhole: boolean;
  readonly faults: readonly HomeFault[];
  /** Blobs that the database names. */
  readonly blobCount: number;
  readonly blobBytes: number;
  /** Blobs that nothing names: left by runs that were interrupted. They do no harm. */
  readonly unreferencedCount: number;
}

/** Reads all that the home keeps. Takes as long as reading every blob once. */
export async function checkHome(home: Home): Promise<HomeReport> {
  const faults: HomeFault[] = [];
  const named = new Map<string, string>();
  try {
    faults.push(...(await checkDatabase(home.db)));
    for (const [hash, where] of await namedBlobs(home.db)) named.set(hash, where);
  } catch (error) {
    faults.push(faultOf('the database', toMoatError(error)));
  }
  let blobBytes = 0;
  for (const [hash, where] of named) {
    try {
      blobBytes += await home.blobs.verify(hash);
    } catch (error) {
      faults.push(faultOf(where, toMoatError(error)));
    }
  }
  const kept = await readdir(join(home.path, BLOB_FOLDER));
  return {
    isWhole: faults.length === 0,
    faults,
    blobCount: named.size,
    blobBytes,
    unreferencedCount: kept.filter((name) => !named.has(name)).length,
  };
}

async function checkDatabase(db: Kysely<Database>): Promise<HomeFault[]> {
  const integrity = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db);
  const foreign = await sql<{ table: string; parent: string }>`pragma foreign_key_check`.execute(db);
  const complaints = [
    ...integrity.rows.map((row) => row.integrity_check).filter((line) => line !== 'ok'),
    ...foreign.rows.map((row) => `a row of "${row.table}" names a row of "${row.parent}" that is not there`),
  ];
  return complaints.map((message) => ({
    where: 'the database',
    code: 'STORE_CORRUPT',
    message,
    fix: 'restore the home folder from a backup',
  }));
}

/** Every blob that a row names, with the row that names it. */
export async function namedBlobs(db: Kysely<Database>): Promise<Map<string, string>> {
  const named = new Map<string, string>();
  const note = (hash: string | null | undefined, where: string): void => {
    if (hash !== null && hash !== undefined && !named.has(hash)) named.set(hash, where);
  };
  for (const version of await db.selectFrom('dataset_version').select(['id', 'dataset', 'manifest']).execute()) {
    const where = `dataset ${version.dataset}@${version.id.slice(0, 12)}`;
    for (const [part, hash] of partBlobs(version.manifest, where)) note(hash, `${where}, part ${part}`);
  }
  for (const { run, family, blob } of await db.selectFrom('checkpoint').select(['run', 'family', 'blob']).execute()) {
    note(blob, `checkpoint of ${family} in run ${run}`);
  }
  for (const { model, version, artifact, reference } of await db
    .selectFrom('model_version')
    .select(['model', 'version', 'artifact', 'reference'])
    .execute()) {
    note(artifact, `artifact of ${model}@${version}`);
    note(reference, `drift reference of ${model}@${version}`);
  }
  for (const { id, evaluation, report, predictions } of await db
    .selectFrom('evaluation')
    .select(['id', 'evaluation', 'report', 'predictions'])
    .execute()) {
    note(evaluation, `evaluation ${id}`);
    note(report, `report of evaluation ${id}`);
    note(predictions, `predictions of evaluation ${id}`);
  }
  return named;
}

/** A manifest names the blob of each part: `{ parts: { train: { blob } } }`. Errors: `STORE_CORRUPT`. */
function partBlobs(manifest: string, where: string): [part: string, hash: string][] {
  try {
    const { parts } = JSON.parse(manifest) as { parts?: Record<string, { blob?: string; media?: string }> };
    // `media` is a list of the files that the rows name
    return Object.entries(parts ?? {}).flatMap(([part, { blob, media }]) =>
      [blob, media].flatMap((hash): [string, string][] => (hash === undefined ? [] : [[part, hash]])),
    );
  } catch (cause) {
    throw new MoatError(`the manifest of ${where} cannot be read`, {
      code: 'STORE_CORRUPT',
      kind: 'unavailable',
      why: 'it is not JSON any more',
      fix: 'restore the home folder from a backup',
      cause,
    });
  }
}

function faultOf(where: string, { code, message, fix }: MoatError): HomeFault {
  return { where, code, message, fix };
}
