/** @file The model version that is watched: its signature and the reference that was stored beside it. */

import { MoatError } from '../engine/errors.ts';
import { didYouMean } from '../engine/nearest.ts';
import type { Signature } from '../model/predictor.ts';
import type { Home } from '../store/index.ts';
import type { Reference } from './reference.ts';

export interface WatchedVersion {
  readonly signature: Signature;
  /** Absent when the version was registered without one. */
  readonly reference?: Reference;
}

/** Errors: `MODEL_VERSION_UNKNOWN`. */
export async function readWatchedVersion(home: Home, model: string, version: number): Promise<WatchedVersion> {
  const row = await home.db
    .selectFrom('model_version')
    .select(['signature', 'reference'])
    .where('model', '=', model)
    .where('version', '=', version)
    .executeTakeFirst();
  if (row === undefined) throw await unknownVersion(home, model, version);
  const signature = JSON.parse(row.signature) as Signature;
  if (row.reference === null) return { signature };
  const bytes = await home.blobs.get(row.reference);
  return { signature, reference: JSON.parse(new TextDecoder().decode(bytes)) as Reference };
}

async function unknownVersion(home: Home, model: string, version: number): Promise<MoatError> {
  const known = await home.db.selectFrom('model_version').select(['model', 'version']).execute();
  const versions = known.filter((row) => row.model === model).map((row) => String(row.version));
  return new MoatError(`there is no version ${version} of the model "${model}"`, {
    code: 'MODEL_VERSION_UNKNOWN',
    kind: 'not_found',
    why: versions.length === 0 ? 'no model of that name is registered' : `its versions are ${versions.join(', ')}`,
    fix: versions.length === 0 ? didYouMean(model, new Set(known.map((row) => row.model))) : 'name one of its versions',
  });
}
