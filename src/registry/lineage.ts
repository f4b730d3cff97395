/** @file Lineage: from a model version back to the rows, the files they were read from, and what was done to them. */

import type { DatasetVersion, Part } from '../data/index.ts';
import type { Home } from '../store/index.ts';
import { resolveVersion } from './versions.ts';

export interface LineageDataset {
  readonly dataset: string;
  readonly version: string;
  readonly createdAt: string;
  readonly rowCount: number;
  /** Each part with the sha256 of its rows as they are stored. */
  readonly parts: readonly { readonly part: Part; readonly rowCount: number; readonly blob: string }[];
  /** What cleaning did to get here from the version before; empty for an import. */
  readonly steps: readonly { readonly step: string; readonly part: Part; readonly rowsChanged: number; readonly rowsDropped: number }[];
}

export interface Lineage {
  readonly model: string;
  readonly version: number;
  readonly createdAt: string;
  readonly family: string;
  /** sha256 of the file that is served. */
  readonly artifact: string;
  readonly run: {
    readonly id: string;
    readonly name: string;
    readonly status: string;
    readonly createdAt: string;
    readonly endedAt: string | null;
  };
  /** From the version that was trained on back to the import. */
  readonly datasets: readonly LineageDataset[];
  /** The files that the import was read from. */
  readonly sources: readonly { readonly part: Part; readonly path: string; readonly bytes: number; readonly sha256: string }[];
  readonly evaluations: readonly { readonly id: string; readonly part: string; readonly dataset: string; readonly createdAt: string }[];
}

/** Errors: those of `resolveVersion`. */
export async function lineageOf(home: Home, reference: string): Promise<Lineage> {
  const { model, version, createdAt, family, artifact, run: runId } = await resolveVersion(home, reference);
  const run = await home.db.selectFrom('run').selectAll().where('id', '=', runId).executeTakeFirstOrThrow();
  const chain = await versionsBack(home, run.dataset_version);
  const evaluations = await home.db
    .selectFrom('evaluation')
    .select(['id', 'part', 'dataset_version', 'created_at'])
    .where('model', '=', model)
    .where('version', '=', version)
    .orderBy('created_at')
    .execute();
  return {
    model,
    version,
    createdAt,
    family,
    artifact,
    run: { id: run.id, name: run.name, status: run.status, createdAt: run.created_at, endedAt: run.ended_at },
    datasets: chain.map(briefOf),
    sources: (chain.at(-1)?.sources ?? []).map(({ part, path, bytes, sha256 }) => ({ part, path, bytes, sha256 })),
    evaluations: evaluations.map(({ id, part, dataset_version, created_at }) => ({
      id,
      part,
      dataset: dataset_version,
      createdAt: created_at,
    })),
  };
}

/** The version, the one it was made from, and so on to an import. */
async function versionsBack(home: Home, id: string | null): Promise<DatasetVersion[]> {
  const chain: DatasetVersion[] = [];
  for (let next = id; next !== null; next = chain.at(-1)?.parent ?? null) {
    const { manifest } = await home.db.selectFrom('dataset_version').select('manifest').where('id', '=', next).executeTakeFirstOrThrow();
    chain.push(JSON.parse(manifest) as DatasetVersion);
  }
  return chain;
}

function briefOf({ dataset, id, createdAt, rowCount, parts, steps }: DatasetVersion): LineageDataset {
  return {
    dataset,
    version: id,
    createdAt,
    rowCount,
    parts: Object.entries(parts).map(([part, content]) => ({ part: part as Part, rowCount: content.rowCount, blob: content.blob })),
    steps: steps.map(({ step, part, rowsChanged, rowsDropped }) => ({ step, part, rowsChanged, rowsDropped })),
  };
}
